"""Other services' events take effect here, each exactly once."""
