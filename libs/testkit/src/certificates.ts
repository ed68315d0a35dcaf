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
  openssl('req', '-x509', ...newKey(name), '-out', `${name}.pem`, '-days', '1')
  return {
    file: join(dir, `${name}.pem`),
    issue: (owner, { names = 'DNS:localhost,IP:127.0.0.1', days = 1 } = {}) => {
      writeFileSync(join(dir, `${owner}.names`), `subjectAltName=${names}\n`)
      openssl('req', ...newKey(owner), '-out', `${owner}.csr`)
      const signer = ['-CA', `${name}.pem`, '-CAkey', `${name}.key`, '-CAcreateserial', '-extfile', `${owner}.names`]
      openssl('x509', '-req', '-in', `${owner}.csr`, ...signer, '-days', String(days), '-out', `${owner}.pem`)
      return { cert: join(dir, `${owner}.pem`), key: join(dir, `${owner}.key`) }
    },
  }
}
