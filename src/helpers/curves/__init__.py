"""The parts of a specification curve: choices, figures, forecasts, effects."""
