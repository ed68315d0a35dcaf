import { type Bytes, utf8 } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { isRecord, type JsonRecord } from './record.ts'

/** Bounds of one canonicalisation. */
export interface JcsLimits {
  /** Longest result accepted, in bytes of UTF-8. Default 1 MiB. */
  readonly maxBytes?: number
}

/** How deep arrays and objects may nest. */
export const JCS_MAX_DEPTH = 64
const DEFAULT_MAX_BYTES = 1 << 20

// Text that stands in JSON as it is: most names and values of identity documents.
const PLAIN = /^[ !#-[\]-~]*$/

const refuse = (what: string): never => {
  throw new IdentityError('malformed', `cannot be canonical JSON: ${what}`)
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  // An object of another realm (an iframe, a worker's structured clone) has that realm's root prototype.
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
}

class Writer {
  readonly #maxBytes: number
  #text = ''

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  // The length in UTF-16 units never exceeds the length in bytes, so this stops early and never wrongly.
  #put(text: string): void {
    this.#text += text
    if (this.#text.length > this.#maxBytes) this.#tooLarge()
  }

  #tooLarge(): never {
    throw new IdentityError('too_large', `canonical JSON is longer than ${this.#maxBytes} bytes`)
  }

  #string(text: string): void {
    if (text.length > this.#maxBytes) this.#tooLarge()
    if (PLAIN.test(text)) {
      this.#put(`"${text}"`)
      return
    }
    if (!text.isWellFormed()) refuse('lone surrogate')
    if (text.includes('\0')) refuse('U+0000')
    this.#put(JSON.stringify(text))
  }

  #number(number: number): void {
    if (!Number.isFinite(number)) refuse('a number that is not finite')
    if (Number.isInteger(number) && !Number.isSafeInteger(number)) refuse('an integer beyond 2^53 - 1')
    this.#put(JSON.stringify(number))
  }

  #array(items: readonly unknown[], depth: number): void {
    this.#put('[')
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.#put(',')
      this.value(items[i], depth)
    }
    this.#put(']')
  }

  #object(object: JsonRecord, depth: number): void {
    if (!isPlain(object)) refuse('an object that is not plain')
    // RFC 8785 §3.2.3 orders names by UTF-16 code units, which is what sort() compares.
    const names = Object.keys(object).sort()
    this.#put('{')
    for (let i = 0; i < names.length; i++) {
      const name = names[i] ?? ''
      if (i > 0) this.#put(',')
      this.#string(name)
      this.#put(':')
      this.value(object[name], depth)
    }
    this.#put('}')
  }

  value(value: unknown, depth = 0): void {
    if (value === null || typeof value === 'boolean') this.#put(String(value))
    else if (typeof value === 'string') this.#string(value)
    else if (typeof value === 'number') this.#number(value)
    else if (typeof value !== 'object') refuse(`a value of type ${typeof value}`)
    else if (depth >= JCS_MAX_DEPTH) refuse(`nesting deeper than ${JCS_MAX_DEPTH}`)
    else if (Array.isArray(value)) this.#array(value, depth + 1)
    else if (isRecord(value)) this.#object(value, depth + 1)
  }

  bytes(): Bytes {
    const bytes = utf8(this.#text)
    if (bytes.length > this.#maxBytes) this.#tooLarge()
    return bytes
  }

  text(): string {
    if (this.#text.length * 3 > this.#maxBytes) this.bytes()
    return this.#text
  }
}

const write = (value: unknown, limits: JcsLimits): Writer => {
  const writer = new Writer(limits.maxBytes ?? DEFAULT_MAX_BYTES)
  writer.value(value)
  return writer
}

/**
 * The one canonical spelling of a JSON value, RFC 8785 (protocol, preamble).
 * Refused before anything is signed or stored: lone surrogates, U+0000, NaN and infinities, integers beyond ±(2^53 − 1),
 * `undefined`, objects that are not plain, nesting deeper than 64, more than `maxBytes`.
 * @throws IdentityError `malformed`, `too_large`
 */
export const jcs = (value: unknown, limits: JcsLimits = {}): string => write(value, limits).text()

/**
 * `jcs` as UTF-8 bytes: what is hashed and signed.
 * @throws IdentityError `malformed`, `too_large`
 */
export const jcsBytes = (value: unknown, limits: JcsLimits = {}): Bytes => write(value, limits).bytes()
