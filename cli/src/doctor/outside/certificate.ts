import { isIP } from 'node:net'
import { checkServerIdentity, connect, type PeerCertificate } from 'node:tls'
import type { DoctorCheck } from '@kez-chat/contracts'
import { patience, type Target, timedOut, tlsOptions } from '../ask.ts'
import { fail, ok, reasonOf, skipped, warn } from '../check.ts'
import { hostOf, isLoopback, portOf } from './address.ts'

export const certificateIds = ['tls.handshake', 'tls.trusted', 'tls.name', 'tls.expiry'] as const

const day = 86_400_000
const warnBelowDays = 14
const renew =
  'Renew it, and see to it that this happens by itself: Caddy does it when ports 80 and 443 reach it; certbot by its timer ("certbot renew --dry-run" says what is wrong). Reload the proxy afterwards.'

type Seen = { readonly certificate: PeerCertificate; readonly error: string | undefined; readonly protocol: string }

const shakeHands = (target: Target): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const host = hostOf(target.url)
    const socket = connect({
      host,
      port: portOf(target.url),
      ...(isIP(host) ? {} : { servername: host }),
      ...tlsOptions(target),
    })
    const late = setTimeout(() => socket.destroy(timedOut()), patience)
    socket.once('close', () => clearTimeout(late))
    socket.on('error', reject)
    socket.once('secureConnect', () => {
      const { authorizationError: error } = socket
      resolve({
        certificate: socket.getPeerCertificate(),
        error: error === undefined || error === null ? undefined : String(error),
        protocol: socket.getProtocol() ?? 'TLS',
      })
      socket.destroy()
    })
  })

const isAboutDates = (error: string): boolean => /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(error)
const isAboutTheName = (error: string): boolean => error.includes('ALTNAME')

const judgeTrust = (error: string | undefined, issuer: string): DoctorCheck => {
  const id = 'tls.trusted'
  if (error === undefined || isAboutTheName(error))
    return ok(id, `The certificate is signed by ${issuer}, which this machine trusts.`)
  if (isAboutDates(error)) return skipped(id, 'Who signed it counts once the certificate is in date.')
  if (/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/.test(error))
    return fail(
      id,
      `The chain of the certificate does not lead to an authority that this machine trusts: ${issuer} is not known, or a certificate between is not sent.`,
      "Have the proxy send the whole chain (certbot's fullchain.pem, not cert.pem). Is it an authority of your own, name its file with --ca here, and every device of every person has to trust it.",
    )
  if (/SELF_SIGNED/.test(error))
    return fail(
      id,
      'Nobody but itself, or an authority that this machine does not know, has signed the certificate: browsers warn of it, and apps do not connect.',
      'Get a certificate from a public authority; Caddy and certbot do it for nothing. Is it an authority of your own, name its file with --ca here, and every device of every person has to trust it.',
    )
  return fail(
    id,
    `The certificate is not to be trusted (${error}).`,
    'Get a new one from a public authority; Caddy and certbot do it for nothing.',
  )
}

const judgeName = (host: string, certificate: PeerCertificate): DoctorCheck => {
  const error = checkServerIdentity(host, certificate)
  if (error === undefined) return ok('tls.name', `The certificate is for ${host}.`)
  const names = [certificate.subjectaltname ?? certificate.subject?.CN ?? 'nobody']
    .flat()
    .join(', ')
    .replaceAll(/(DNS|IP Address):/g, '')
  return fail(
    'tls.name',
    `The certificate is not for ${host}, but for ${names}.`,
    `Give the proxy a certificate for ${host}. Has it several sites, this address falls to another one: give the site for ${host} the right server_name.`,
  )
}

const judgeDates = ({ valid_from, valid_to }: PeerCertificate, now: number): DoctorCheck => {
  const id = 'tls.expiry'
  const [from, to] = [Date.parse(valid_from), Date.parse(valid_to)]
  const until = new Date(to).toISOString().slice(0, 10)
  if (now < from)
    return fail(
      id,
      `The certificate counts only from ${new Date(from).toISOString()} on.`,
      'Set the clock of this machine right, or get a certificate that counts now.',
    )
  if (now > to) return fail(id, `The certificate has expired on ${until}: nobody can connect.`, renew)
  const days = Math.floor((to - now) / day)
  // Some authorities give certificates for days only, and renew them in time.
  const isShort = to - from < 30 * day
  const hours = Math.floor((to - now) / 3_600_000)
  const left = `${days < 2 ? `${hours} hours` : `${days} days`} left, until ${until}.`
  return days < warnBelowDays && !isShort
    ? warn(id, `The certificate expires soon: ${left}`, renew)
    : ok(id, `The certificate is in date: ${left}`)
}

/** The certificate as a browser judges it, and everything that is wrong with it at once. */
export const lookAtCertificate = async (target: Target, now: number): Promise<DoctorCheck[]> => {
  const host = hostOf(target.url)
  if (target.url.protocol === 'http:') {
    const others = certificateIds.slice(1).map((id) => skipped(id, 'The address is http.'))
    return isLoopback(host)
      ? certificateIds.map((id) => skipped(id, 'The address is http, which is fine on this machine alone.'))
      : [
          fail(
            'tls.handshake',
            'The address is http: browsers give web pages no keys, no workers and no notifications there, so the app does not work.',
            'Put a proxy with a certificate in front (docs/operations.md), and look at https://.',
          ),
          ...others,
        ]
  }
  let seen: Seen
  try {
    seen = await shakeHands(target)
  } catch (error) {
    return [
      fail(
        'tls.handshake',
        `No TLS at ${target.url.host}: ${reasonOf(error)}.`,
        'See that the proxy listens for https on this port, has a certificate that it can read, and offers TLS 1.2 or 1.3.',
      ),
      ...certificateIds.slice(1).map((id) => skipped(id, 'There is no TLS.')),
    ]
  }
  const { certificate, error, protocol } = seen
  const issuer = certificate.issuer?.O ?? certificate.issuer?.CN ?? 'somebody without a name'
  return [
    ok('tls.handshake', `${target.url.host} speaks ${protocol}.`),
    judgeTrust(error, [issuer].flat().join(' ')),
    judgeName(host, certificate),
    judgeDates(certificate, now),
  ]
}
