import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { type DecodedPacket, decode, encode, type StringAnswer, streamEncode, type TxtAnswer } from 'dns-packet'
import { type HttpCounterpart, type HttpReply, type HttpRequest, startHttpCounterpart } from './http-counterpart.ts'

/** `silent` never answers; the others are errors a DNS server reports. */
export type DnsFault = 'silent' | 'servfail' | 'refused'

export type DnsCounterpart = {
  /** `127.0.0.1:<port>`, over UDP and TCP. */
  readonly server: string
  /** `http://127.0.0.1:<port>/dns-query` (RFC 8484). */
  readonly dohUrl: string
  readonly doh: HttpCounterpart
  /** Sets the TXT records of a name: each one a text or its segments; a long text is cut into segments of 255 bytes. */
  readonly setTxt: (name: string, ...records: readonly (string | readonly string[])[]) => void
  /** Sets the addresses of a name, IPv4 or IPv6. */
  readonly setAddresses: (name: string, ...addresses: readonly string[]) => void
  /** Names and types asked so far, e.g. `TXT _kez.alice.test`. */
  readonly questions: readonly string[]
  readonly fault: (kind?: DnsFault) => void
  readonly stop: () => Promise<void>
}

type Answer = TxtAnswer | StringAnswer

const TTL = 60
const RCODE = { servfail: 2, nxdomain: 3, refused: 5 }
const AUTHORITATIVE = 1 << 10
const TRUNCATED = 1 << 9
const CLASSIC_UDP_LIMIT = 512

const segments = (text: string): Buffer[] => {
  const bytes = Buffer.from(text)
  const count = Math.ceil(bytes.length / 255)
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * 255, (n + 1) * 255))
}

/** A DNS server on a free port of 127.0.0.1 that knows the names it was told, over UDP, TCP and HTTPS without the S. */
export const startDnsCounterpart = async (): Promise<DnsCounterpart> => {
  const names = new Map<string, Answer[]>()
  const questions: string[] = []
  let fault: DnsFault | undefined

  const put = (name: string, added: Answer[], replaced: readonly string[]): void => {
    const kept = (names.get(name) ?? []).filter(({ type }) => !replaced.includes(type))
    names.set(name, [...kept, ...added])
  }

  const answer = (query: DecodedPacket): Parameters<typeof encode>[0] => {
    const asked = query.questions ?? []
    questions.push(...asked.map(({ type, name }) => `${type} ${name}`))
    const answers = asked.flatMap(({ type, name }) =>
      (names.get(name.toLowerCase()) ?? []).filter((a) => a.type === type),
    )
    const known = asked.every(({ name }) => names.has(name.toLowerCase()))
    const code = fault === 'servfail' || fault === 'refused' ? RCODE[fault] : known ? 0 : RCODE.nxdomain
    return {
      type: 'response',
      id: query.id ?? 0,
      flags: AUTHORITATIVE | code,
      questions: asked,
      answers: code === 0 ? answers : [],
    }
  }

  const tcp = createServer((socket) => {
    let received = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0) || fault === 'silent') return
      socket.end(streamEncode(answer(decode(received.subarray(2)))))
    })
  })
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
  const address = tcp.address()
  const port = typeof address === 'object' && address ? address.port : 0

  const udp = createSocket('udp4')
  udp.on('message', (message, { port: from, address: peer }) => {
    if (fault === 'silent') return
    const whole = answer(decode(message))
    const bytes = encode(whole)
    const cut = { ...whole, flags: (whole.flags ?? 0) | TRUNCATED, answers: [] }
    udp.send(bytes.length > CLASSIC_UDP_LIMIT ? encode(cut) : bytes, from, peer)
  })
  await new Promise<void>((resolve, reject) => {
    udp.once('error', reject)
    udp.bind(port, '127.0.0.1', resolve)
  })

  const overHttp = ({ url }: HttpRequest): HttpReply => {
    const query = url.pathname === '/dns-query' ? url.searchParams.get('dns') : null
    if (query === null) return { status: 404, body: '' }
    const body = encode(answer(decode(Buffer.from(query, 'base64url'))))
    return { status: 200, headers: { 'content-type': 'application/dns-message' }, body }
  }
  const doh = await startHttpCounterpart(overHttp, { cors: true })

  return {
    server: `127.0.0.1:${port}`,
    dohUrl: `${doh.origin}/dns-query`,
    doh,
    questions,
    setTxt: (name, ...records) =>
      put(
        name,
        records.map((record) => ({
          type: 'TXT',
          name,
          ttl: TTL,
          data: typeof record === 'string' ? segments(record) : [...record],
        })),
        ['TXT'],
      ),
    setAddresses: (name, ...addresses) =>
      put(
        name,
        addresses.map((data) => ({ type: data.includes(':') ? 'AAAA' : 'A', name, ttl: TTL, data })),
        ['A', 'AAAA'],
      ),
    fault: (kind) => {
      fault = kind
    },
    stop: async () => {
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
        doh.stop(),
      ])
    },
  }
}
