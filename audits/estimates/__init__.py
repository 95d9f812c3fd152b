"""Every metric x group x interval of one audit: metrics and inference put together."""
