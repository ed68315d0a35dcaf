/** Whether `If-None-Match` names this entity tag (RFC 9110 §13.1.2: the comparison is weak). */
export const noneMatch = (header: string | undefined, tag: string): boolean => {
  if (header === undefined) return true
  if (header.trim() === '*') return false
  return !header.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)
}
