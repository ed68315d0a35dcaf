import { type Bytes, randomBytes, toBase64url } from '@kez-chat/identity'
import type { PrfAnswer } from '../vault/prf.ts'

export type BiometricsErrorCode =
  /** The device can check who is there, but gives no key for it. */
  | 'no_key'
  /** The person said no, the time ran out, or the device no longer knows the credential: browsers do not tell which. */
  | 'cancelled'
  /** There is nothing on this device that checks fingerprints, faces or PINs, or the browser cannot use it. */
  | 'no_authenticator'

export class BiometricsError extends Error {
  override readonly name = 'BiometricsError'
  readonly code: BiometricsErrorCode

  constructor(code: BiometricsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Whose credential it will be: `id` is the raw 32-byte identity key (protocol §6). */
export type Owner = { readonly id: Bytes; readonly name: string }

const timeout = 120_000

export const hasWebAuthn = (): boolean => 'PublicKeyCredential' in globalThis && 'credentials' in navigator

const named = (error: unknown): string => (error instanceof DOMException || error instanceof Error ? error.name : '')

const isRefusalByPerson = (error: unknown): boolean => ['NotAllowedError', 'AbortError'].includes(named(error))

const cancelled = (cause: unknown): BiometricsError =>
  new BiometricsError('cancelled', 'the device did not confirm', { cause })

const asCredential = (value: Credential | null): PublicKeyCredential => {
  if (value instanceof PublicKeyCredential) return value
  throw new BiometricsError('no_authenticator', 'the browser gave no credential')
}

const outputOf = (credential: PublicKeyCredential): Bytes | undefined => {
  const first = credential.getClientExtensionResults().prf?.results?.first
  if (first === undefined) return undefined
  return first instanceof ArrayBuffer
    ? new Uint8Array(first)
    : Uint8Array.from(new Uint8Array(first.buffer, first.byteOffset, first.byteLength))
}

const create = async (owner: Owner, extensions: AuthenticationExtensionsClientInputs): Promise<PublicKeyCredential> => {
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { name: 'kez' },
      user: { id: owner.id, name: owner.name, displayName: owner.name },
      challenge: randomBytes(32),
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      attestation: 'none',
      timeout,
      extensions,
    },
  })
  return asCredential(made)
}

/** Some authenticators refuse a creation that asks for the extension, and still answer when it is used. */
const createForPrf = async (owner: Owner, input: Bytes): Promise<PublicKeyCredential> => {
  try {
    return await create(owner, { prf: { eval: { first: input } } })
  } catch (error) {
    if (isRefusalByPerson(error)) throw cancelled(error)
    return create(owner, {}).catch((cause: unknown) => {
      if (isRefusalByPerson(cause)) throw cancelled(cause)
      throw new BiometricsError('no_authenticator', 'no credential could be made', { cause })
    })
  }
}

/** Asks the person to confirm, and the authenticator for the PRF's output. */
export const askPrf = async (credential: Bytes, input: Bytes): Promise<Bytes> => {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: randomBytes(32),
    allowCredentials: [{ type: 'public-key', id: credential }],
    userVerification: 'required',
    timeout,
    extensions: { prf: { evalByCredential: { [toBase64url(credential)]: { first: input } } } },
  }
  const used = await navigator.credentials.get({ publicKey }).catch((cause: unknown) => {
    throw cancelled(cause)
  })
  const output = outputOf(asCredential(used))
  if (!output) throw new BiometricsError('no_key', 'the authenticator gives no key')
  return output
}

/** Tells the device's list of passkeys that this one is of no use any more, where the browser can. */
export const disown = async (credential: Bytes): Promise<void> => {
  const known: { signalUnknownCredential?(options: object): Promise<void> } = PublicKeyCredential
  const options = { rpId: window.location.hostname, credentialId: toBase64url(credential) }
  await known.signalUnknownCredential?.(options).catch(() => undefined)
}

/** Makes a credential whose PRF gives a key. Throws BiometricsError. */
export const enrolPrf = async (owner: Owner): Promise<PrfAnswer> => {
  if (!hasWebAuthn()) throw new BiometricsError('no_authenticator', 'this browser has no WebAuthn')
  const input = randomBytes(32)
  const made = await createForPrf(owner, input)
  const credential = new Uint8Array(made.rawId)
  try {
    if (made.getClientExtensionResults().prf?.enabled === false) {
      throw new BiometricsError('no_key', 'the authenticator gives no key')
    }
    return { credential, input, output: outputOf(made) ?? (await askPrf(credential, input)) }
  } catch (error) {
    await disown(credential)
    throw error
  }
}
