-- Asks for the host given after "--", whatever address the connection goes to.
function init(arguments)
  wrk.headers["Host"] = arguments[1]
end
