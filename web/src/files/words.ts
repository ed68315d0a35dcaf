import { fileWords } from '../strings/files.ts'
import { locale } from '../strings/index.ts'

const units = ['byte', 'kilobyte', 'megabyte'] as const

/** How large a file is, for people. */
export const sizeWords = (bytes: number): string => {
  const power = bytes < 1_000 ? 0 : bytes < 999_500 ? 1 : 2
  const value = bytes / 1_000 ** power
  return new Intl.NumberFormat(locale, {
    ...{ style: 'unit', unit: units[power], unitDisplay: power === 0 ? 'long' : 'short' },
    maximumFractionDigits: power === 2 && value < 100 ? 1 : 0,
  } as Intl.NumberFormatOptions).format(value)
}

const picture = /^image\/(jpeg|png|gif|webp)$/

/** A file in one line: what it is, or its name; undefined for what is no file. */
export const fileLine = (body: { readonly [name: string]: unknown }): string | undefined => {
  if (body.type !== 'kez-file-v1' || typeof body.name !== 'string') return undefined
  const words = fileWords()
  return typeof body.mime === 'string' && picture.test(body.mime) ? words.photo : words.named(body.name)
}
