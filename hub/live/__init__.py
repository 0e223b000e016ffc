"""How a change reaches the browsers: log, bell, audience, broadcasts, frame, fan-out, socket."""
