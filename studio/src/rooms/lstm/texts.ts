/** Texts to begin with. The models have read none of them. */

/** What is offered, and who reads it. */
export const examples = [
  { name: "course", model: "shakespeare" },
  { name: "shakespeare", model: "shakespeare" },
  { name: "kieu", model: "kieu" },
] as const;

export const passages = {
  /** As in the course, where it shows what has to be remembered: who drives. */
  course: "Tom drives a car. He drives so fast.",
  /** William Shakespeare, Sonnet 18 (1609); the model knows his plays alone. */
  shakespeare: `Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date;
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature's changing course untrimm'd.`,
  /** Nguyễn Đình Chiểu, Lục Vân Tiên (1851), its first lines; the model knows Truyện Kiều alone. */
  kieu: `Trước đèn xem truyện Tây Minh,
Gẫm cười hai chữ nhân tình éo le.
Hỡi ai lẳng lặng mà nghe,
Dữ răn việc trước, lành dè thân sau.
Trai thời trung hiếu làm đầu,
Gái thời tiết hạnh là câu trau mình.`,
} as const;
