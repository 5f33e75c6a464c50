"""The demonstration: an invented street of an invented district, told in simulated time."""
