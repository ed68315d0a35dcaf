const units = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const

/** Bytes of a Kubernetes quantity such as `512Mi`; not a number where it is none in these units. */
export const bytesOf = (quantity: string): number => {
  const [, count, unit = ''] = /^(\d+)(Ki|Mi|Gi|Ti)?$/.exec(quantity) ?? []
  return Number(count) * units[unit as keyof typeof units]
}
