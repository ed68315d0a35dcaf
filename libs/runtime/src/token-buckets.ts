type Bucket = { tokens: number; at: number }

export type TokenBucketOptions = {
  /** Most tokens a bucket holds; a new one is full. */
  capacity: number
  perSecond: number
  /** Most keys remembered. Beyond it the one that was used longest ago is forgotten. */
  maxKeys?: number
  /** Milliseconds. */
  now?: () => number
}

/** Token buckets by key, in memory. A bucket that has filled up again is forgotten by `sweep`. */
export const createTokenBuckets = ({ capacity, perSecond, maxKeys = 50_000, now = Date.now }: TokenBucketOptions) => {
  const buckets = new Map<string, Bucket>()

  const current = (key: string): Bucket => {
    const at = now()
    const known = buckets.get(key)
    if (!known) {
      const oldest = buckets.size >= maxKeys ? buckets.keys().next() : undefined
      if (oldest?.done === false) buckets.delete(oldest.value)
    }
    const tokens = known ? Math.min(capacity, known.tokens + (Math.max(0, at - known.at) / 1000) * perSecond) : capacity
    return { tokens, at }
  }

  const put = (key: string, bucket: Bucket): void => {
    // Deleted first so that the map stays in order of last use.
    buckets.delete(key)
    buckets.set(key, bucket)
  }

  return {
    /** Takes `cost` tokens, or says after how many whole seconds there will be enough. */
    take: (key: string, cost = 1): { ok: true } | { ok: false; retryAfter: number } => {
      const bucket = current(key)
      const missing = cost - bucket.tokens
      // A cost above the capacity is paid by a full bucket, else it could never be.
      const ok = missing <= 0 || bucket.tokens >= capacity
      put(key, ok ? { ...bucket, tokens: bucket.tokens - cost } : bucket)
      return ok ? { ok } : { ok, retryAfter: Math.max(1, Math.ceil(Math.min(missing, capacity) / perSecond)) }
    },

    /** Puts back what was taken for something that did not happen. */
    giveBack: (key: string, cost = 1): void => {
      const bucket = current(key)
      put(key, { ...bucket, tokens: Math.min(capacity, bucket.tokens + cost) })
    },

    sweep: (): void => {
      const at = now()
      for (const [key, bucket] of buckets)
        if (bucket.tokens + ((at - bucket.at) / 1000) * perSecond >= capacity) buckets.delete(key)
    },

    get size(): number {
      return buckets.size
    },
  }
}

export type TokenBuckets = ReturnType<typeof createTokenBuckets>
