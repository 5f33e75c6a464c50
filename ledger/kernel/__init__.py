"""The shape of an aggregate: events, commands, facts, views; pure, and the same for all."""
