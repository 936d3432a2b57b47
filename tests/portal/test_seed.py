"""A portal filled from reference data, read by the worker itself, and as a command."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import FIXTURES, ROOT
from tests.portal.calling import START, STRUCTURES, Caller, content
from worker.errors import ConfigurationError
from worker.extract import read
from worker.fake_portal import Clock, Credentials, Form, Portal, PortalServer
from worker.fake_portal.seed import deposit_some, from_reference
