"""From an author's files to the syllabus: Markdown for modules, YAML for the course. The format is in AUTHORING.md."""
