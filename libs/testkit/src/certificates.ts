import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installByApt, isDebian } from './apt-install.ts'

export type CertificateWish = {
  /** As openssl writes them; `DNS:localhost,IP:127.0.0.1` when left out. */
  readonly names?: string
  /** How long it is good, 1 when left out; with -1 it has expired a day ago. */
  readonly days?: number
}

export type CertificateAuthority = {
  /** Its own certificate, PEM. */
  readonly file: string
  /** Makes `<name>.pem` and `<name>.key`; returns their paths. */
  readonly issue: (name: string, wish?: CertificateWish) => { readonly cert: string; readonly key: string }
  /** Another authority, signed by this one. */
  readonly authority: (name: string) => CertificateAuthority
}

const isThere = (): boolean => spawnSync('openssl', ['version']).status === 0

/** A certificate authority of openssl's in a folder of the test; openssl is installed where Debian lacks it. */
export const createCertificateAuthority = async (dir: string, name: string): Promise<CertificateAuthority> => {
  if (!isThere() && isDebian()) await installByApt('openssl')
  if (!isThere()) throw new Error('The tests of TLS need the program openssl: install it and run them again.')
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' })
  const newKey = (owner: string) => [
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    `${owner}.key`,
    '-subj',
    `/CN=${owner}`,
  ]
  const sign = (signer: string, owner: string, extension: string, days: number): void => {
    writeFileSync(join(dir, `${owner}.extension`), `${extension}\n`)
    openssl('req', ...newKey(owner), '-out', `${owner}.csr`)
    const by = ['-CA', `${signer}.pem`, '-CAkey', `${signer}.key`, '-CAcreateserial', '-extfile', `${owner}.extension`]
    openssl('x509', '-req', '-in', `${owner}.csr`, ...by, '-days', String(days), '-out', `${owner}.pem`)
  }
  const authorityOf = (signer: string): CertificateAuthority => ({
    file: join(dir, `${signer}.pem`),
    issue: (owner, { names = 'DNS:localhost,IP:127.0.0.1', days = 1 } = {}) => {
      sign(signer, owner, `subjectAltName=${names}`, days)
      return { cert: join(dir, `${owner}.pem`), key: join(dir, `${owner}.key`) }
    },
    authority: (below) => {
      sign(signer, below, 'basicConstraints=critical,CA:TRUE', 1)
      return authorityOf(below)
    },
  })
  openssl('req', '-x509', ...newKey(name), '-out', `${name}.pem`, '-days', '1')
  return authorityOf(name)
}
