"""The backend as tools of the Model Context Protocol."""
