"""Documents: state, activity profiles and agent profiles, each changed in one step."""
