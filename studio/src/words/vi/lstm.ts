/** Các văn bản của phòng bên trong LSTM. */
import type { LstmWords } from "../en/lstm.ts";

export const lstm: LstmWords = {
  title: "Bên trong LSTM",
  intro:
    "Ngoài trạng thái ẩn h, LSTM còn giữ một trạng thái ô c. Ở mỗi bước, với mỗi nơ-ron, ba cổng quyết định giữ lại bao nhiêu, thêm vào bao nhiêu và cho thấy bao nhiêu. Ở đây một mạng đã huấn luyện đọc một văn bản theo từng ký tự; mọi con số đều là của chính nó.",
  text: "Văn bản",
  textHelp: "Hãy gõ điều bạn muốn, nhiều nhất 600 ký tự.",
  model: "Mạng",
  models: {
    shakespeare: "học từ kịch của Shakespeare (tiếng Anh)",
    kieu: "học từ Truyện Kiều (tiếng Việt)",
    untrained: "chưa huấn luyện: các giá trị ban đầu",
  },
  examples: "Ví dụ",
  example: { course: "Câu của bài giảng", shakespeare: "Một bài sonnet của Shakespeare", kieu: "Trích Lục Vân Tiên" },
  missing:
    "Trong các tệp của trang này không có mô hình đã huấn luyện, nên một mạng chưa học gì đọc văn bản: các cổng của nó vẫn hoạt động như thế, nhưng không mang ý nghĩa nào.",
  untrained:
    "Mạng này chưa học gì: các cổng của nó vẫn hoạt động như thế, nhưng việc chúng làm không mang ý nghĩa nào.",
  unknown: (characters) => `Mô hình chưa từng thấy ${characters}, và đọc tất cả như cùng một ký tự lạ.`,
  empty: "Hãy gõ ít nhất một ký tự.",
  failed: "Không đọc được văn bản",
  step: "Một bước, lần lượt từng phần",
  stripLabel: "Văn bản; ký tự đang được đọc được đánh dấu",
  play: "Các bước của LSTM",
  at: (character, at, count, part) => `${character}, ${at} trên ${count}: ${part}`,
  names: { space: "dấu cách", line: "hết dòng" },
  unit: "Nơ-ron",
  unitHelp: (count) => `Một trong ${count}; tất cả cùng làm việc này một lúc, mỗi nơ-ron với các con số của mình.`,
  mostChanged: "Nơ-ron thay đổi nhiều nhất ở đây",
  parts: {
    forget: "cổng quên",
    input: "cổng vào và giá trị ứng viên",
    cell: "trạng thái ô mới",
    output: "cổng ra",
    hidden: "trạng thái ẩn mới",
  },
  partTexts: {
    forget: (share) => `Ô giữ lại ${share} của điều nó đang chứa.`,
    input: (share, candidate) => `Giá trị ứng viên là ${candidate}, và ${share} của nó được cho vào.`,
    cell: (before, after) => `Trạng thái ô đi từ ${before} đến ${after}.`,
    output: (share) => `${share} của điều ô đang chứa được cho thấy.`,
    hidden: (value) => `Các nơ-ron khác, và bước sau, thấy giá trị ${value}.`,
  },
  pictureLabel: (part, sentence) =>
    `Một bước của LSTM: trạng thái ô chạy dọc phía trên, các cổng bên dưới tác động vào nó. Bây giờ: ${part}. ${sentence}`,
  guess: "Mạng chờ đợi ký tự nào tiếp theo",
  noGuess: "không gì cả, vì chưa học gì",
  maps: "Mọi nơ-ron trên cả văn bản",
  mapsIntro:
    "Mỗi cột là một ký tự, mỗi hàng là một nơ-ron, nơ-ron nhớ lâu nhất ở trên cùng. Bấm để xem một nơ-ron ở một ký tự.",
  mapTabs: {
    c: "c, trạng thái ô",
    h: "h, trạng thái ẩn",
    f: "f, cổng quên",
    i: "i, cổng vào",
    o: "o, cổng ra",
    g: "g, giá trị ứng viên",
  },
  mapUnit: (unit) => `nơ-ron ${unit}`,
  follow: "Những nơ-ron bám theo điều gì đó",
  followIntro:
    "Với mỗi tín hiệu: nơ-ron đi cùng nó khớp nhất trên nửa đầu của văn bản, và chính nơ-ron ấy khớp đến đâu trên nửa sau. 1 và −1: luôn luôn; 0: không hề.",
  followColumns: {
    signal: "Tín hiệu",
    unit: "Nơ-ron",
    found: "Nửa đầu",
    checked: "Nửa sau",
    area: "Diện tích ROC",
    show: "Văn bản",
  },
  signals: {
    quotes: "trong dấu ngoặc kép",
    brackets: "trong dấu ngoặc",
    depth: "số dấu ngoặc đang mở",
    "line-position": "số ký tự từ đầu dòng",
    "word-position": "số ký tự từ đầu tiếng",
    vowel: "nguyên âm",
    space: "dấu cách hoặc hết dòng",
    "upper-case": "chữ hoa",
    digit: "chữ số",
    "line-rest": "số ký tự đến hết dòng",
  },
  colour: "Tô màu",
  colourLabel: (unit, signal) => `Tô màu văn bản theo ${unit}: ${signal}`,
  coloured: (unit) => `Văn bản, tô màu theo ${unit}`,
  positive: "trên 0",
  negative: "dưới 0",
  short: "Văn bản quá ngắn để nói một nơ-ron bám theo điều gì: hãy lấy văn bản dài hơn.",
  honest:
    "Hãy thận trọng. Nơ-ron khớp nhất trong nhiều nơ-ron bao giờ cũng bám theo bất cứ điều gì một chút, ở mạng chưa huấn luyện cũng vậy (hãy chọn mạng ấy ở trên mà xem). Chỉ nên tin nơ-ron nào cũng khớp như thế trên nửa sau, và trên văn bản khác; ngay cả khi đó, nó chỉ là một phần trong cách mạng làm việc, vì phần lớn điều mạng biết được trải ra trên nhiều nơ-ron.",
  memory: "Mỗi nơ-ron nhớ được bao lâu",
  memoryIntro:
    "Số bước mà sau đó còn lại 1/e (37 %) của điều ô đã chứa, tính từ độ mở của cổng quên: −1 / trung bình của log f.",
  memoryLabel: (longest, shortest, median) =>
    `Độ dài trí nhớ của mọi nơ-ron, từ ${longest} xuống ${shortest} ký tự; một nửa chỉ tới ${median} hoặc ít hơn`,
  memoryLongest: (unit, length) => `Nơ-ron ${unit} nhớ lâu nhất: sau ${length} ký tự vẫn còn 37 % của điều nó đã chứa.`,
  memoryMedian: (length) => `Một nửa số nơ-ron không giữ được gì lâu hơn ${length} ký tự bao nhiêu.`,
  characters: "ký tự",
};
