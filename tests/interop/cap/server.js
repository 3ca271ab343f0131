// cds listens on every address unless told otherwise; a test server belongs on loopback.
const cds = require('@sap/cds')
const http = require('http')
const express = require('express')

module.exports = options => {
  const app = express()
  app.listen = port => http.createServer(app).listen(port, '127.0.0.1')
  return cds.server({ ...options, app })
}
