// Health check of a container: whether the service in it can do its work, by its own probe on the internal listener.
import { request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'

const bind = process.env.KEZ_INTERNAL_BIND || '127.0.0.1:6970'
const port = bind.slice(bind.lastIndexOf(':') + 1)
const tls = Boolean(process.env.KEZ_INTERNAL_TLS_CERT_FILE)
const shownBytes = 2_000

const fail = (message) => {
  console.error(message)
  process.exit(1)
}

// The certificate is for the name by which others call; this asks the very same container.
const options = { host: '127.0.0.1', port, path: '/readyz', timeout: 4_000, rejectUnauthorized: false }
const asked = (tls ? overHttps : overHttp)(options, (response) => {
  let text = ''
  response.setEncoding('utf8')
  response.on('data', (part) => {
    text = (text + part).slice(0, shownBytes)
  })
  response.on('end', () => (response.statusCode === 200 ? process.exit(0) : fail(text)))
})
asked.on('timeout', () => fail('The internal listener does not answer in time.'))
asked.on('error', (error) => fail(`The internal listener does not answer: ${error.message}`))
asked.end()
