import pg from 'pg'
import { BackupError } from '../errors.ts'

const { escapeIdentifier: quoted, escapeLiteral: literal } = pg

export type Column = { readonly name: string; readonly type: string }

export type Table = {
  readonly name: string
  readonly columns: readonly Column[]
  /** In which order rows are read, so that the same rows always make the same digest. */
  readonly order: readonly string[]
}

export type SchemaDescription = {
  readonly tables: readonly Table[]
  /** Make the tables. */
  readonly before: readonly string[]
  /** Make what is checked or looked up, once the rows are there. */
  readonly after: readonly string[]
}

type ColumnRow = {
  table: string
  name: string
  type: string
  required: boolean
  identity: '' | 'a' | 'd'
  generated: string
  fallback: string | null
}

/** What tables alone do not hold, and a backup would therefore lose. */
const refuseUnknown = async (client: pg.Client, schema: string): Promise<void> => {
  const { rows } = await client.query<{ what: string }>(
    `select 'relation ' || c.relname as what from pg_class c
       where c.relnamespace = $1::text::regnamespace and c.relkind not in ('r', 'i', 'S', 't')
     union all
     select 'trigger ' || t.tgname from pg_trigger t
       join pg_class c on c.oid = t.tgrelid
       where c.relnamespace = $1::text::regnamespace and not t.tgisinternal
     union all
     select 'function ' || p.proname from pg_proc p where p.pronamespace = $1::text::regnamespace
     union all
     select 'type ' || t.typname from pg_type t
       where t.typnamespace = $1::text::regnamespace and t.typtype in ('e', 'd', 'r')`,
    [quoted(schema)],
  )
  if (rows.length > 0)
    throw new BackupError(
      'database_unsupported',
      `the schema ${schema} has what this version cannot back up: ${rows.map(({ what }) => what).join(', ')}`,
    )
}

const readColumns = async (client: pg.Client, schema: string): Promise<ColumnRow[]> => {
  const { rows } = await client.query<ColumnRow>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull as required, a.attidentity as identity, a.attgenerated as generated,
       pg_get_expr(d.adbin, d.adrelid) as fallback
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relnamespace = $1::text::regnamespace and c.relkind = 'r'
     order by c.relname, a.attnum`,
    [quoted(schema)],
  )
  const odd = rows.find(({ generated, fallback }) => generated !== '' || /nextval\(/.test(fallback ?? ''))
  if (odd)
    throw new BackupError('database_unsupported', `${schema}.${odd.table}.${odd.name} is computed by the database`)
  return rows
}

const columnSql = ({ name, type, required, identity, fallback }: ColumnRow): string =>
  [
    `${quoted(name)} ${type}`,
    identity === '' ? '' : `generated ${identity === 'a' ? 'always' : 'by default'} as identity`,
    fallback === null ? '' : `default ${fallback}`,
    required ? 'not null' : '',
  ]
    .filter((part) => part !== '')
    .join(' ')

const constraintsOf = async (client: pg.Client, schema: string) => {
  const { rows } = await client.query<{ table: string; name: string; kind: string; sql: string; columns: string[] }>(
    `select c.relname as table, k.conname as name, k.contype as kind, pg_get_constraintdef(k.oid) as sql,
       array(select a.attname::text from unnest(k.conkey) with ordinality as u(num, place)
             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num order by u.place) as columns
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.connamespace = $1::text::regnamespace and k.contype in ('p', 'u', 'c', 'f')
     -- A key that refers to another needs that one first.
     order by k.contype = 'f', c.relname, k.conname`,
    [quoted(schema)],
  )
  return rows
}

const indexesOf = async (client: pg.Client, schema: string): Promise<string[]> => {
  const { rows } = await client.query<{ sql: string }>(
    `select pg_get_indexdef(i.indexrelid) as sql
     from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = $1::text::regnamespace
       and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
     order by 1`,
    [quoted(schema)],
  )
  return rows.map(({ sql }) => sql)
}

/** Numbers that were given out are not given out again. */
const countersOf = async (client: pg.Client, schema: string, columns: readonly ColumnRow[]): Promise<string[]> => {
  const statements: string[] = []
  for (const { table, name } of columns.filter(({ identity }) => identity !== '')) {
    const place = `pg_get_serial_sequence(${literal(`${quoted(schema)}.${quoted(table)}`)}, ${literal(name)})`
    const { rows: named } = await client.query<{ sequence: string }>(`select ${place} as sequence`)
    const sequence = named[0]?.sequence
    if (sequence === undefined) continue
    const { rows } = await client.query<{ value: string; used: boolean }>(
      `select last_value as value, is_called as used from ${sequence}`,
    )
    const [state] = rows
    if (state) statements.push(`select setval(${place}, ${BigInt(state.value)}, ${state.used === true})`)
  }
  return statements
}

/** Everything that makes a schema as it is, but for its rows; undefined when there is none. @throws {BackupError} `database_unsupported` */
export const describeSchema = async (client: pg.Client, schema: string): Promise<SchemaDescription | undefined> => {
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [schema])
  if (rowCount === 0) return undefined
  await refuseUnknown(client, schema)
  const columns = await readColumns(client, schema)
  const constraints = await constraintsOf(client, schema)
  const names = [...new Set(columns.map(({ table }) => table))]
  const tables = names.map((name): Table => {
    const own = columns.filter(({ table }) => table === name)
    const primary = constraints.find(({ table, kind }) => table === name && kind === 'p')
    return {
      name,
      columns: own.map((column) => ({ name: column.name, type: column.type })),
      order: primary?.columns ?? own.map((column) => column.name),
    }
  })
  const create = names.map((name) => {
    const own = columns.filter(({ table }) => table === name).map(columnSql)
    return `create table ${quoted(schema)}.${quoted(name)} (${own.join(', ')})`
  })
  const keys = constraints.map(
    ({ table, name, sql }) => `alter table ${quoted(schema)}.${quoted(table)} add constraint ${quoted(name)} ${sql}`,
  )
  return {
    tables,
    before: [`create schema ${quoted(schema)}`, ...create],
    after: [...keys, ...(await indexesOf(client, schema)), ...(await countersOf(client, schema, columns))],
  }
}
