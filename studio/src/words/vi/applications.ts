/** Các văn bản của phòng ứng dụng. */
import type { ApplicationsWords } from "../en/applications.ts";

export const applications: ApplicationsWords = {
  title: "Ứng dụng",
  intro:
    "Mạng hồi quy có thể đọc một hay nhiều thứ, và nói ra một hay nhiều thứ. Mỗi dạng dưới đây đều là cùng một ô, trải ra theo thời gian; hãy chọn một dạng và thử nó với một mạng nhỏ đã được huấn luyện cho việc ấy, chạy ngay trong trình duyệt của bạn.",
  shapes: "Các dạng",
  shape: {
    "one-to-many": { name: "Một – nhiều", about: "vào một bức ảnh, ra một câu" },
    "many-to-one": { name: "Nhiều – một", about: "vào một câu, ra một câu trả lời" },
    aligned: { name: "Nhiều – nhiều, từng bước", about: "mỗi bước một câu trả lời" },
    "encoder-decoder": { name: "Nhiều – nhiều, đọc rồi nói", about: "đọc hết rồi mới nói từ đầu tiên" },
    forecast: { name: "Dự báo", about: "vào những ngày đã qua, ra một ngày sắp tới" },
  },
  demos: "Các minh hoạ của dạng này",
  demo: {
    caption: {
      title: "Chú thích ảnh",
      about:
        "Các phép tích chập chia bức ảnh thành những vùng; sau đó mạng nói từng từ một, đọc lại từ vừa nói và nhìn lại các vùng trước khi nói từ tiếp theo.",
      fails:
        "Nó chỉ biết biểu tượng cảm xúc: với ảnh chụp hay hình vẽ, nó gọi tên biểu tượng trông giống nhất. Nó hay nhầm những khuôn mặt mà miệng chỉ khác nhau vài điểm ảnh.",
    },
    feel: {
      title: "Cảm nhận một câu",
      about:
        "Hai mạng đọc câu, mỗi mạng từ một đầu; giá trị lớn nhất mà trạng thái của chúng đạt tới qua mọi từ cho ra một xác suất. Mô hình này đọc tiếng Anh.",
      fails:
        "Nó cộng các từ lại nhiều hơn là hiểu chúng: “never gets dull” (không bao giờ tẻ nhạt) vẫn bị tính là tẻ nhạt, giọng mỉa mai bị bỏ qua, và từ chưa gặp bao giờ thì không được tính.",
    },
    restore: {
      title: "Thêm dấu tiếng Việt",
      about: "Tiếng Việt gõ không dấu. Hai mạng đọc các chữ cái từ hai đầu, và mỗi chữ cái nhận lại dấu của mình.",
      fails:
        "Nó biết những câu ngắn thường ngày. Tên riêng, từ hiếm, và những âm tiết hợp với nhiều dấu (ma, má, mà…) dễ bị sai khi câu không nói rõ.",
    },
    write: {
      title: "Viết tiếp văn bản",
      about:
        "Ở mỗi bước, mạng cho biết ký tự nào có thể đứng tiếp theo; một ký tự được chọn ngẫu nhiên theo xác suất ấy và được đọc ở bước sau.",
      fails: "Nó học được hình dáng và âm điệu của từ và câu, chứ không học được ý nghĩa: chỉ sau vài từ là lạc ý.",
    },
    translate: {
      title: "Dịch",
      about:
        "Một mạng đọc câu tiếng Anh từ hai đầu; một mạng khác nói ra câu tiếng Việt, và với mỗi từ lại nhìn về những gì đã đọc.",
      fails:
        "Nó chỉ mới thấy những câu ngắn. Với câu dài, nó lặp lại hoặc bỏ sót; tên riêng và từ hiếm được chép nguyên hoặc bị thay bằng từ khác.",
    },
    forecast: {
      title: "Dự báo số ca sinh",
      about:
        "Số ca sinh mỗi ngày ở Hoa Kỳ. Mạng đọc bốn tuần cùng với lịch, rồi cho biết ngày của một tuần sau, kèm một khoảng lẽ ra phải chứa chín trên mười ngày.",
      fails:
        "Nó biết các thứ trong tuần và ngày lễ, nhưng không biết bão hay đình công; nó sai nhiều nhất quanh những ngày lễ không cố định, vì mới gặp ít lần.",
    },
  },
  model: {
    missing: "Trang này không có mô hình cho phần minh hoạ này.",
    loading: (done, all) => `Đang tải mô hình: ${done} trên ${all} kB`,
    opening: "Đang mở mô hình…",
    failed: "Không tải được mô hình",
    notAnswered: "Mô hình không trả lời được",
    size: (kilobytes, parameters) => `${parameters} tham số trong ${kilobytes} kB.`,
  },
  quality: {
    title: "Nó giỏi đến đâu?",
    caption: (exact, words, count, nearest) =>
      `Trong ${count} biểu tượng do hoạ sĩ khác vẽ, khác với những hình nó đã học, nó chú thích đúng hoàn toàn ${exact} (F1 theo từ: ${words}); lấy chú thích của hình đã học giống nhất thì đúng ${nearest}.`,
    feel: (right, count, bag, majority) =>
      `Nó đúng ${right} trong ${count} trích đoạn bình phim chưa từng thấy, so với ${bag} của túi từ không kể thứ tự và ${majority} nếu luôn trả lời như nhau.`,
    restore: (words, count, usual) =>
      `Trong ${count} câu chưa từng thấy, ${words} số từ được thêm đúng mọi dấu; cho mỗi từ kiểu dấu thường gặp nhất thì đúng ${usual}.`,
    write: (bits, nGrams) =>
      `Trên văn bản chưa từng thấy, nó cần ${bits} bit cho mỗi ký tự; cách đếm các chuỗi ký tự (n-gram) cần ${nGrams}. Càng ít càng tốt.`,
    translate: (bleu, exact, count, nearest) =>
      `Trên ${count} câu chưa từng thấy, nó đạt BLEU ${bleu} và nói ${exact} số câu giống hệt bản dịch mẫu; lấy bản dịch của câu đã học giống nhất thì đạt BLEU ${nearest}.`,
    forecast: (error, naive, count) =>
      `Trong ${count} ngày của năm 2014, những ngày nó chưa từng thấy, trung bình mỗi ngày nó lệch ${error} ca sinh; cách đoán “như tuần trước” lệch ${naive}.`,
  },
  unrolled: "Trải ra theo thời gian",
  unrolledLabel: (shape, inputs, outputs) =>
    `${shape}, trải ra theo thời gian: đọc ${inputs === "" ? "không gì cả" : inputs} và nói ${outputs === "" ? "không gì cả" : outputs}`,
  legend: { input: "điều được đọc", state: "trạng thái ẩn", output: "điều được nói", look: "nơi nó nhìn" },
  examples: "Hãy thử",
  feel: {
    label: "Một câu tiếng Anh về một bộ phim",
    good: "khen",
    bad: "chê",
    probability: (percent) => `${percent} % khả năng là lời khen`,
    meter: "Khả năng là lời khen",
    words: "Điều gì đã quyết định",
    help: "Lần lượt bỏ từng từ: xanh và gạch chân là nghiêng về khen; đỏ và gạch chấm là nghiêng về chê; càng đậm càng mạnh.",
    for: "nghiêng về khen",
    against: "nghiêng về chê",
    none: "không có gì đáng kể",
    empty: "Hãy viết một câu ở trên.",
  },
  restore: {
    label: "Tiếng Việt không dấu",
    help: "Dấu do bạn gõ sẽ được bỏ đi trước, nên bạn có thể thử thách nó.",
    result: "Có dấu",
    right: (count, all) => `${count} trên ${all} từ giống như bạn gõ`,
    empty: "Hãy viết một câu ở trên.",
  },
  write: {
    author: "Theo lối viết của",
    authors: { shakespeare: "Shakespeare", kieu: "Truyện Kiều" },
    prompt: "Bắt đầu bằng",
    temperature: "Nhiệt độ",
    temperatureHelp: "Gần 0 thì luôn lấy ký tự có khả năng nhất; trên 1 thì ký tự ít khả năng cũng có lượt.",
    top: "Trong số có khả năng nhất",
    topHelp: "Chỉ chọn trong bấy nhiêu ký tự.",
    start: "Viết",
    again: "Viết bài khác",
    stop: "Dừng",
    result: "Văn bản",
    unknown: "Phần mở đầu có những ký tự mà mô hình này chưa từng thấy.",
  },
  translate: {
    label: "Tiếng Anh",
    beam: "Độ rộng chùm",
    beamHelp: "Theo cùng lúc bấy nhiêu câu mở đầu, rồi chọn câu có khả năng nhất.",
    result: "Tiếng Việt",
    alignment: "Nơi nó nhìn",
    alignmentHelp: "Mỗi hàng là một từ nó nói, mỗi cột là một từ nó đọc; càng đậm thì từ ấy càng được tính nhiều.",
    alignmentLabel: (pairs) => `Sự gióng hàng: ${pairs}`,
    end: "hết",
    empty: "Hãy viết một câu ở trên.",
  },
  caption: {
    sources: "Bức ảnh",
    source: { emoji: "Một biểu tượng", own: "Ảnh của bạn", drawn: "Tự vẽ" },
    emoji: "Biểu tượng của hoạ sĩ khác với những hình đã học",
    credit: "Biểu tượng: Twemoji, © Twitter, Inc. và những người đóng góp, CC BY 4.0.",
    file: "Một bức ảnh",
    unread: (name) => `Không đọc được ${name} như một bức ảnh.`,
    pad: "Tờ giấy để vẽ bằng chuột, bút hay ngón tay",
    colours: "Màu",
    colour: {
      black: "đen",
      red: "đỏ",
      yellow: "vàng",
      green: "xanh lá",
      blue: "xanh dương",
      brown: "nâu",
      white: "trắng",
    },
    clear: "Xoá tờ giấy",
    result: "Chú thích",
    truth: (text) => `Tên của nó là “${text}”.`,
    exact: "Đúng y như tên của nó.",
    words: "Từng từ một",
    look: (word) => `Nơi nó nhìn khi nói “${word}”`,
    end: "kết thúc",
    nothing: "Trước hết hãy chọn hoặc vẽ một bức ảnh.",
    english: "Chú thích bằng tiếng Anh: trang này không có mô hình cho tiếng Việt.",
    picture: "bức ảnh",
  },
  forecast: {
    day: "Ngày cuối cùng đã biết",
    ahead: "một tuần",
    chart: "Nghìn ca sinh mỗi ngày",
    chartLabel: (from, to, off) =>
      `Số ca sinh mỗi ngày từ ${from} đến ${to}, đã biết và dự báo; dự báo lệch trung bình ${off}`,
    series: { truth: "thực tế", forecast: "dự báo", naive: "như tuần trước" },
    band: "khoảng 90 %",
    known: "ngày cuối cùng đã biết",
    error: "Lệch trung bình trong tuần này",
    naiveError: "“Như tuần trước”",
    inside: "Số ngày nằm trong khoảng",
    births: "ca sinh mỗi ngày",
    of: (inside, all) => `${inside} trên ${all}`,
  },
};
