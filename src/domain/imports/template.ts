import type * as v from 'valibot'
import { type NamedNumbers, namesIn } from '../reference-id.js'

/** The fields in which `"{n}"` stands for the number itself. Elsewhere it is a part of a text. */
const numberFields: readonly string[] = ['fileLine', 'afterPolls', 'lines', 'failsAt']

/** A text that makes a number of what the referenceId names: `{n}`, `{n}00`. */
export type Template = `${string}{${string}}${string}`

/** As a person writes it: a number, or the number of a duration, may be named, and lists are only read. */
export type AsWritten<T> = T extends number
  ? T | Template
  : T extends readonly (infer Item)[]
    ? readonly AsWritten<Item>[]
    : T extends object
      ? { readonly [Field in keyof T]: AsWritten<T[Field]> }
      : T

/** Puts the numbers of a referenceId where a definition names them. The schema has checked that it names no others. */
export function fillTemplate<T>(template: AsWritten<T>, numbers: NamedNumbers): T {
  const isNamed = Object.keys(numbers).length > 0
  return (isNamed ? fill(template, numbers, '') : template) as T
}

function fill(value: unknown, numbers: NamedNumbers, field: string): unknown {
  if (typeof value === 'string') {
    const filled = fillText(value, numbers)
    return filled !== value && numberFields.includes(field) ? toNumber(filled) : filled
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, numbers, field))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fill(item, numbers, key)]),
  )
}

function fillText(text: string, numbers: NamedNumbers): string {
  return text.replace(/\{(\w+)\}/g, (named, name: string) =>
    Object.hasOwn(numbers, name) ? String(numbers[name]) : named,
  )
}

/** The number that stands in a text; numbers side by side can make more digits than a number holds exactly. */
function toNumber(text: string): number {
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}

/**
 * The configuration while an import is read: the sample value 1 for every number that its referenceId names. It reaches the
 * schemas of the fields only through `~run`, because no action of valibot sees anything but the field itself.
 */
interface TemplateConfig extends v.Config<v.BaseIssue<unknown>> {
  readonly sample?: NamedNumbers
}

/** Reads an import whose referenceId may name numbers, and leaves it as it was written. */
export function templateOf<const T extends v.GenericSchema>(
  schema: T,
): v.GenericSchema<AsWritten<v.InferInput<T>>> {
  const asWritten: v.GenericSchema = {
    ...schema,
    '~run'(dataset, config) {
      const written = dataset.value
      const names = namesIn((written as { referenceId?: unknown } | null)?.referenceId)
      const sample = Object.fromEntries(names.map((name) => [name, 1]))
      const templateConfig: TemplateConfig = names.length === 0 ? config : { ...config, sample }
      const result = schema['~run'](dataset, templateConfig)
      result.value = written
      return result
    },
  }
  // The values are those that were written.
  return asWritten as v.GenericSchema<AsWritten<v.InferInput<T>>>
}

/** A value, or the text that makes one of named numbers: with 1 in their places it has to be right. */
export function orTemplate<const T extends v.GenericSchema>(
  schema: T,
  read: (text: string) => unknown,
): T {
  return {
    ...schema,
    '~run'(dataset, config: TemplateConfig) {
      const written = dataset.value
      if (!isTemplate(written)) return schema['~run'](dataset, config)
      const value = read(fillText(written as string, config.sample ?? {}))
      const result = schema['~run']({ value }, config)
      result.value = written
      return result
    },
  }
}

/** Returns whether a number or duration contains named numbers, so that its size is unknown. */
export function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && /\{\w+\}/.test(value)
}
