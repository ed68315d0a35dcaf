type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Members of `over` go before those of `base`, at any depth; lists are taken as a whole. */
export const merged = (base: Json, over: Json): Json => {
  const result: Json = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = result[key]
    result[key] = isObject(below) && isObject(value) ? merged(below, value) : value
  }
  return result
}

type Operation = { readonly op: string; readonly path: string; readonly value?: unknown }

/** A JSON Patch of the operations that our values use. @throws Error where it leads to nothing */
export const patched = (document: Json, operations: readonly Operation[]): Json => {
  const result = structuredClone(document)
  for (const { op, path, value } of operations) {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = keys.pop() ?? ''
    const place = keys.reduce<unknown>((at, key) => (at as Json | undefined)?.[key], result)
    if (typeof place !== 'object' || place === null) throw new Error(`the patch ${path} leads to nothing`)
    if (op !== 'add') throw new Error(`the checks know no patch of the kind ${op}`)
    if (Array.isArray(place)) place.splice(last === '-' ? place.length : Number(last), 0, value)
    else (place as Json)[last] = value
  }
  return result
}
