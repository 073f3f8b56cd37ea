import { createRandom, randomUuid } from '../random.ts'

/** A belief of the corpus. */
export interface Text {
  readonly id: string
  readonly name: string
  readonly description: string
  /** What it speaks of, in a few words each: a few thousand are in all of the corpus. */
  readonly phrases: readonly string[]
}

/** What people hold beliefs about: the things of a topic, and what is done to them. */
const TOPICS: readonly (readonly [things: string, deeds: string])[] = [
  [
    'patient,diagnosis,prescription,dosage,symptom,ward,nurse,allergy,vaccine,record',
    'treat,examine,monitor,discharge',
  ],
  ['invoice,ledger,payment,refund,budget,audit,tax,receipt,account,currency', 'approve,reconcile,transfer,postpone'],
  ['password,certificate,firewall,login,credential,breach,malware,backup,session,key', 'rotate,encrypt,revoke,isolate'],
  [
    'integral,derivative,equation,proof,theorem,matrix,polynomial,limit,series,root',
    'verify,simplify,differentiate,solve',
  ],
  [
    'customer,complaint,warranty,delivery,order,return,discount,reply,ticket,apology',
    'answer,escalate,resolve,forward',
  ],
  ['forest,river,emission,habitat,species,pollution,glacier,harvest,soil,climate', 'protect,restore,measure,reduce'],
  [
    'translation,dialect,grammar,sentence,glossary,idiom,summary,quotation,editor,draft',
    'revise,shorten,quote,proofread',
  ],
  ['contract,clause,court,witness,licence,liability,patent,statute,consent,lawyer', 'sign,contest,disclose,enforce'],
  ['engine,bridge,turbine,sensor,weld,bolt,pressure,valve,crane,blueprint', 'inspect,calibrate,replace,overload'],
  ['pupil,lesson,exam,teacher,homework,curriculum,grade,scholarship,library,tutor', 'explain,assess,encourage,repeat'],
  ['flight,passenger,luggage,runway,ticket,visa,hotel,itinerary,delay,border', 'board,cancel,reroute,insure'],
  ['recipe,kitchen,ingredient,allergen,oven,flavour,spice,menu,waste,hygiene', 'taste,label,refrigerate,discard'],
  ['server,database,query,cache,deployment,latency,outage,log,replica,release', 'restart,migrate,throttle,observe'],
  ['vote,election,ballot,citizen,petition,minister,debate,policy,referendum,council', 'publish,recount,oppose,amend'],
  ['portrait,sculpture,gallery,melody,orchestra,stage,novel,poem,critic,rehearsal', 'perform,exhibit,compose,review'],
  ['robot,sensor,gripper,battery,collision,map,obstacle,operator,warehouse,drone', 'stop,steer,charge,supervise'],
]
const AGENTS = 'An agent,Whoever decides,A person,The team,Every reviewer,A tool,The author,An operator'.split(',')
const DUTIES = 'must,should,may not,need not,ought to,has to,never has to,is expected to'.split(',')
const QUALITIES =
  'urgent,doubtful,recent,private,public,costly,harmless,unknown,foreign,repeated,early,broken,shared'.split(',')
const MOMENTS = 'before,after,unless,as soon as,even where,only while,in case,because'.split(',')
const STATES =
  'is reported,was confirmed,is missing,has expired,looks wrong,is disputed,costs lives,can be undone'.split(',')

type Topic = { things: string[]; deeds: string[] }
const topics: Topic[] = TOPICS.map(([things, deeds]) => ({ things: things.split(','), deeds: deeds.split(',') }))

/** A text corpus that follows from its seed: sentences of sixteen topics, whose frequent words are far more frequent. */
export const createCorpus = (size: number, seed = 1): Text[] => {
  const random = createRandom(seed)
  // Squared, so that the first words of a list are said often and the last ones seldom, as in any language.
  const choose = <T>(list: readonly T[]): T => list[Math.floor(random() ** 2 * list.length)] as T
  return Array.from({ length: size }, (_, place) => {
    const about = topics[Math.floor(random() * topics.length)] as Topic
    const other = choose(topics)
    const phrases: string[] = []
    const clause = ({ things, deeds }: Topic): string => {
      const [deed, quality, thing] = [choose(deeds), choose(QUALITIES), choose(things)]
      phrases.push(`${deed} the ${thing}`, `the ${quality} ${thing}`)
      return `${choose(AGENTS)} ${choose(DUTIES)} ${deed} the ${quality} ${thing}`
    }
    const condition = ({ things }: Topic): string => {
      const [thing, state] = [choose(things), choose(STATES)]
      phrases.push(`the ${thing} ${state}`)
      return `${choose(MOMENTS)} the ${thing} ${state}`
    }
    return {
      id: randomUuid(random),
      name: `${clause(about)} ${condition(about)} (${place})`,
      description: `${clause(about)}, ${condition(other)}. ${clause(other)}, ${condition(about)}.`,
      phrases,
    }
  })
}

/** What somebody might look for in it: words of one topic, some misspelt, some a sentence. */
export const createQueries = (count: number, seed = 2): string[] => {
  const random = createRandom(seed)
  const choose = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const misspell = (word: string): string => `${word.slice(0, 2)}${word[3] ?? ''}${word[2] ?? ''}${word.slice(4)}`
  return Array.from({ length: count }, (_, place) => {
    const { things, deeds } = choose(topics)
    if (place % 4 === 0) return `${choose(deeds)} the ${choose(things)}`
    if (place % 4 === 1) return `${choose(QUALITIES)} ${choose(things)} ${choose(STATES)}`
    if (place % 4 === 2) return `${misspell(choose(things))} ${choose(deeds)}`
    return choose(things)
  })
}
