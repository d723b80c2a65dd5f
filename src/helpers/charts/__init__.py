"""The drawing behind `helpers.figures`: house style, lettering, one module a chart type."""
