"""The gates, one module each, in the order in which `rules.assess` asks them. A gate states, and never decides."""
