"""Around every request and every process: connections, bodies' bounds, metrics, news, workers."""
