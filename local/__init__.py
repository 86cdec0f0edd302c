"""What runs on a laptop: the local cloud, its launcher and the OpenAI stand-in."""
