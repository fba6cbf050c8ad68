"""Platforms: the learning platforms (LMS) that may launch us, and in small files the ways of each kind of them."""

from lti_tool.lti.platforms.deployments import Deployment, accepts
from lti_tool.lti.platforms.platform import Platform, allowed_ancestors, named, note_family, origin, plain_origin

__all__ = ["Deployment", "Platform", "accepts", "allowed_ancestors", "named", "note_family", "origin", "plain_origin"]
