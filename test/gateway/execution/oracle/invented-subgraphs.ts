const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@shareable", "@external", "@provides", "@requires", "@interfaceObject", "@override", "@inaccessible"]
)
scalar JSON
`;

/**
 * Four subgraphs that have between them what federation knows: several, composite and nested keys, an interface with a
 * key and its interface object, interfaces and unions over subgraphs, value types and enums that are shared, `@requires`
 * of nested fields, `@provides`, `@override`, and lists of lists.
 */
export const inventedSubgraphs: Readonly<Record<string, string>> = {
  catalogue: `${link}
    type Query {
      media(first: Int = 3): [Media!]!
      maybeMedia(of: ID): Media
      search(filter: Filter, kinds: [Kind!]): [Result]
      book(id: ID!): Book
      books(ids: [ID!] = ["Book:1"], page: Int): [Book!]
      strict(nth: Int = 1): Book!
      shelves: [[Shelf]!]
      node(id: ID!): Node
      echo(text: String, ids: [[ID]], at: Float, on: Boolean = true, any: JSON, filter: Filter, kind: Kind = NOVEL): String
      anything(any: JSON): JSON
      author(born: Int! = 1): Author
    }
    type Mutation {
      rename(id: ID!, title: String!): Book
      advance: Int!
      publish(input: Publication!): Book!
    }
    input Filter { text: String = "x" kinds: [Kind!] limit: Int! = 2 not: Filter ids: [[ID!]!] any: JSON }
    input Publication { title: String! kind: Kind = POEM tags: [[String!]] }
    interface Node { id: ID! }
    interface Media implements Node @key(fields: "id") { id: ID! title: String! cover: Image related(first: Int): [Media] }
    type Book implements Media & Node @key(fields: "id") {
      id: ID! title: String! @shareable cover: Image related(first: Int): [Media]
      pages: Int kind: Kind! author: Author shelf: Shelf grid: [[Book!]] isbn: ISBN tags: [[String!]!] next: Book
      then: Int constructor: String extra: JSON
    }
    type Film implements Media & Node @key(fields: "id") {
      id: ID! title: String! @shareable cover: Image related(first: Int): [Media]
      minutes: Int kind: Kind! director: Author! cast: [Author!]! secret: String @inaccessible
    }
    union Result = Book | Film | Author | Image
    enum Kind { NOVEL POEM FEATURE SHORT }
    scalar ISBN
    type Image @shareable { url: String! size: Size alt: String }
    type Size @shareable { width: Int! height: Int }
    type Author implements Node @key(fields: "id") @key(fields: "name born") { id: ID! name: String! born: Int! books: [Book!] }
    type Shelf @key(fields: "room { id } number") { room: Room! number: Int! books(first: Int! = 2): [Book] }
    type Room @key(fields: "id") { id: ID! }
  `,
  reviews: `${link}
    type Query { readers(first: Int = 2): [Reader!]! opinions: [Opinion!]! latest: [Node] top: Media bests: [[Media!]] }
    type Mutation { review(of: ID!, stars: Int!, text: String): Review clear: Boolean! }
    type Media @interfaceObject @key(fields: "id") {
      id: ID! reviews(first: Int = 2): [Review!]! rating: Float best: Review tones: [[Tone!]]
    }
    interface Node { id: ID! }
    type Review implements Node @key(fields: "id") { id: ID! stars: Int! by: Reader about: Media! text: String tone: Tone lines: [[Note!]!] }
    type Reader implements Node @key(fields: "id") { id: ID! nick: String! friends: [Reader!] home: Room avatar: Image }
    type Room @key(fields: "id", resolvable: false) { id: ID! }
    type Note { text: String at: Int by: Reader! }
    type Image @shareable { url: String! size: Size alt: String! }
    type Size @shareable { width: Int! height: Int! }
    union Opinion = Review | Note
    enum Tone { KIND HARSH }
  `,
  library: `${link}
    type Query { works(of: ID): [Work!] branch(at: Place): Room place: Spot }
    type Book @key(fields: "id") {
      id: ID! title: String! @external pages: Int @external cover: Image @external author: Author @external
      readingHours: Float @requires(fields: "pages")
      blurb(length: Int = 10): String! @requires(fields: "title cover { url size { width } }")
      byline: [String] @requires(fields: "author { id name }")
    }
    type Image @shareable { url: String! size: Size @external }
    type Size @shareable { width: Int! }
    type Author @key(fields: "id") @key(fields: "name born") { id: ID! name: String! born: Int! age(on: Int!): Int! rival: Author works: [Work!] }
    union Work = Book | Essay | Loan
    type Essay { title: String! pages: Int by: Author }
    type Shelf @key(fields: "room { id } number") { room: Room! number: Int! label: String! keeper: Reader }
    type Room @key(fields: "id") { id: ID! floor: Int shelves: [Shelf!] spot: Spot }
    type Reader @key(fields: "id") { id: ID! loans(open: Boolean = true): [Loan!] }
    type Loan { book: Book! @provides(fields: "title") due: String nights: Int! }
    type Spot @shareable { at: String kind: Kind }
    enum Kind { NOVEL POEM FEATURE SHORT }
    input Place { room: ID!, floor: Int = 0 }
  `,
  shop: `${link}
    type Query { offers(in: [Currency!]): [Offer!] priced: [Priced] seller(id: ID): Seller priciest: Priced! }
    type Mutation { buy(book: ID!, times: Int = 1): Offer tip: Money! }
    interface Priced { price(currency: Currency = EUR): Money }
    type Book implements Priced @key(fields: "id") { id: ID! price(currency: Currency = EUR): Money offers: [Offer!] stock: Int! }
    type Film implements Priced @key(fields: "id") {
      id: ID! price(currency: Currency = EUR): Money rent: Money! minutes: Int @override(from: "catalogue")
    }
    type Offer { seller: Seller money: Money! of: Priced! spot: Spot }
    type Money @shareable { amount: Float! currency: Currency! exact: BigNumber }
    type Spot @shareable { at: String kind: Kind }
    enum Kind { NOVEL POEM FEATURE SHORT }
    enum Currency { EUR USD }
    scalar BigNumber
    union Seller = Reader | Company
    type Reader @key(fields: "id") { id: ID! credit: Money }
    type Company @key(fields: "id") @key(fields: "vat { code }") { id: ID! name: String vat: Vat owner: Reader }
    type Vat { code: String! }
  `,
};
