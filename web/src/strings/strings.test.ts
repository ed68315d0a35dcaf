import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { de as german } from './de.ts'
import { en as english } from './en.ts'

/** Every file of a language: also what comes only with its pages. */
const partsOf = async (language: 'de' | 'en'): Promise<Record<string, unknown>> => {
  const names = readdirSync(new URL(`./${language}/`, import.meta.url)).map((file) => file.replace(/\.ts$/, ''))
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await import(`./${language}/${name}.ts`)])),
  )
}
const de = { ...german, parts: await partsOf('de') }
const en = { ...english, parts: await partsOf('en') }

/** What a catalogue promises its readers: each entry by its path, as text, as a function of so many values, or as a list. */
const shapeOf = (node: unknown, path = ''): string[] => {
  if (typeof node === 'function') return [`${path} of ${node.length}`]
  if (Array.isArray(node))
    return [`${path} × ${node.length}`, ...node.flatMap((item, i) => shapeOf(item, `${path}[${i}]`))]
  if (typeof node !== 'object' || node === null) return [`${path}: ${typeof node}`]
  return Object.entries(node).flatMap(([name, child]) => shapeOf(child, `${path}.${name}`))
}

const emptyTexts = (node: unknown, path = ''): string[] => {
  if (typeof node === 'string') return node.trim() === '' ? [path] : []
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, child]) => emptyTexts(child, `${path}.${name}`))
}

/** The functions that take text, with what each makes of marks in its places. */
const filled = (node: unknown, path = ''): [string, string][] => {
  if (typeof node === 'function') {
    const marks = Array.from({ length: node.length }, (_, i) => `⟦${i}⟧`)
    try {
      return [[path, marks.filter((mark) => String(node(...marks)).includes(mark)).join()]]
    } catch {
      // It takes something else than text: the types look after that.
      return []
    }
  }
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, child]) => filled(child, `${path}.${name}`))
}

describe('the German catalogue', () => {
  it('has every entry of the English one, with as many places for values, and no other', () => {
    const shape = shapeOf(en)
    expect(shape.length).toBeGreaterThan(150)
    expect(shapeOf(de).sort()).toEqual(shape.sort())
  })

  it('shows the same values that the English one shows', () => {
    const places = filled(en)
    expect(places.length).toBeGreaterThan(15)
    expect(Object.fromEntries(filled(de))).toEqual(Object.fromEntries(places))
  })

  it('leaves nothing empty', () => {
    expect(emptyTexts(de)).toEqual([])
    expect(emptyTexts(en)).toEqual([])
  })
})
