import type { Readable } from 'node:stream'
import { ConnectionHello, connectionTest, type DoctorCheck } from '@kez-chat/contracts'
import { printable } from '../../output/printable.ts'
import { unpacked } from '../../web/get.ts'
import { patience, requestTo, type Target, timedOut } from '../ask.ts'
import { fail, ok, skipped, warn } from '../check.ts'
import { isLoopback } from './address.ts'

export const streamIds = ['stream.live', 'stream.idle', 'proxy.client-address'] as const

const maxBytes = 16 * 1024
const tries = 3
/** What an inbox stream is silent for between two pings, in seconds, and a little more. */
const pause = 16
/** An address of documentation (RFC 5737) that nobody has. */
const madeUp = '203.0.113.77'

type Stream = {
  readonly status: number
  /** Milliseconds between the first event and the last that came. */
  readonly spread: number
  readonly ticks: number
  readonly packed: string | undefined
  readonly hello: ConnectionHello | undefined
  readonly remoteAddress: string | undefined
}

const helloIn = (text: string): ConnectionHello | undefined => {
  const data = /^event: hello\ndata: (.*)$/m.exec(text)?.[1]
  try {
    return ConnectionHello.safeParse(JSON.parse(data ?? '')).data
  } catch {
    return undefined
  }
}

const listen = async (source: Readable): Promise<{ text: string; spread: number }> => {
  let text = ''
  let first: number | undefined
  let last = 0
  try {
    for await (const part of source) {
      text += String(part)
      last = performance.now()
      first ??= last
      if (text.length > maxBytes) break
    }
  } catch {
    // Cut off: what has come until then counts.
  }
  return { text, spread: last - (first ?? last) }
}

const open = (target: Target, quiet: number): Promise<Stream> =>
  new Promise((resolve, reject) => {
    const request = requestTo(target, `/v1/connection${quiet > 0 ? `?quiet=${quiet}` : ''}`, {
      // As a browser asks, and with an address that is a lie.
      headers: { accept: 'text/event-stream', 'accept-encoding': 'gzip, deflate, br', 'x-forwarded-for': madeUp },
    })
    const late = setTimeout(() => request.destroy(timedOut()), patience + quiet * 1_000)
    request.on('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
    request.once('response', (response) => {
      const { remoteAddress } = response.socket
      void listen(unpacked(response)).then(({ text, spread }) => {
        clearTimeout(late)
        request.destroy()
        resolve({
          status: response.statusCode ?? 0,
          spread,
          ticks: [...text.matchAll(/^event: tick$/gm)].length,
          packed: response.headers['content-encoding'],
          hello: helloIn(text),
          remoteAddress,
        })
      })
    })
    request.end()
  })

const planned = connectionTest.every * connectionTest.ticks
const isLive = ({ spread, ticks }: Stream): boolean => ticks === connectionTest.ticks && spread >= planned / 2

/** A machine that is busy can make live look late, and nothing makes late look live: the best of a few counts. */
const openUntilLive = async (target: Target): Promise<Stream> => {
  let stream = await open(target, 0)
  for (let again = 1; again < tries && stream.status === 200 && !isLive(stream); again++) stream = await open(target, 0)
  return stream
}

const judgeLive = (stream: Stream): DoctorCheck => {
  const id = 'stream.live'
  const cure =
    'Have the proxy pass streams on at once. nginx: "proxy_buffering off;" and no "proxy_ignore_headers X-Accel-Buffering;"; Caddy: "flush_interval -1", and encode nothing of the type text/event-stream; a CDN: no buffering or transforming of this site.'
  if (stream.status === 404)
    return skipped(id, 'This server is of a version without /v1/connection, or the proxy does not pass it on.')
  if (stream.status === 429) return skipped(id, 'Too many such streams from this address just now; run this again.')
  if (stream.status !== 200)
    return fail(
      id,
      `The stream at /v1/connection does not open: HTTP ${stream.status}.`,
      'Look into the logs of the proxy and of the gateway.',
    )
  if (stream.ticks < connectionTest.ticks)
    return fail(id, `A stream was cut off on the way: ${stream.ticks} of ${connectionTest.ticks} events came.`, cure)
  const measured = `sent over ${planned} ms, arrived over ${Math.round(stream.spread)} ms`
  if (!isLive(stream))
    return fail(
      id,
      `Streams are held back on the way (${measured}): messages come late, in heaps or not at all while the app is open.`,
      cure,
    )
  return ok(id, `Streams come through as they are sent (${measured}).`)
}

const isPrivate = (address: string): boolean =>
  /^(::ffff:)?(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^(::1|f[cd])/.test(address)

const judgeAddress = ({ hello, remoteAddress = '' }: Stream): DoctorCheck => {
  const id = 'proxy.client-address'
  if (!hello) return skipped(id, 'The stream at /v1/connection did not say it.')
  const seen = printable(hello.address)
  if (seen === madeUp)
    return fail(
      id,
      'The server believes any address that a client makes up (X-Forwarded-For): limits per address can be passed by.',
      'Have the proxy set the header itself. nginx: "proxy_set_header X-Forwarded-For $remote_addr;"; Caddy does it by itself; Traefik: trust no forwardedHeaders. And KEZ_TRUSTED_PROXIES names the proxy alone.',
    )
  if (isPrivate(seen) && !isPrivate(remoteAddress) && !isLoopback(remoteAddress))
    return warn(
      id,
      `The server takes this machine to be ${seen}, which looks like the proxy: then everybody shares one limit, and few people use it up for all.`,
      `Set KEZ_TRUSTED_PROXIES to the proxy's address (${seen}, or its network) for the gateway, and have the proxy set X-Forwarded-For.`,
    )
  return ok(id, `The server sees callers by their own address (this machine is ${seen}), and not by what they claim.`)
}

/** Whether what the server says on a stream arrives when it says it, and whose address it sees. */
export const lookAtStreams = async (target: Target, isPatient: boolean): Promise<DoctorCheck[]> => {
  const stream = await openUntilLive(target)
  return [
    judgeLive(stream),
    isPatient ? await lookAtPause(target) : skipped('stream.idle', 'Takes 20 seconds; ask for it with --patient.'),
    judgeAddress(stream),
  ]
}

const lookAtPause = async (target: Target): Promise<DoctorCheck> => {
  const id = 'stream.idle'
  const stream = await open(target, pause)
  return stream.ticks === connectionTest.ticks
    ? ok(id, `A stream that is silent for ${pause} s stays open.`)
    : fail(
        id,
        `A stream that is silent for ${pause} s is cut off: the app connects again and again, and messages come late.`,
        'Let the proxy wait longer. nginx: "proxy_read_timeout 1h;"; Traefik: respondingTimeouts.readTimeout 0; a load balancer: an idle timeout of a minute or more.',
      )
}
