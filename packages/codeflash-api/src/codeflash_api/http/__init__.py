"""What every request passes and every error leaves through: request ids, body limits, error answers."""
