"""Annual series of any kind: projection, calibration, scores, backtest."""
