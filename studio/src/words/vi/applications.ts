/** Các văn bản của phòng ứng dụng. */
import type { ApplicationsWords } from "../en/applications.ts";

export const applications: ApplicationsWords = {
  title: "Ứng dụng",
  intro:
    "Mạng hồi quy có thể đọc một hay nhiều thứ, và nói ra một hay nhiều thứ. Mỗi dạng dưới đây đều là cùng một ô, trải ra theo thời gian; hãy chọn một dạng và thử nó với một mạng nhỏ đã được huấn luyện cho việc ấy, chạy ngay trong trình duyệt của bạn.",
  shapes: "Các dạng",
  shape: {
    "one-to-many": { name: "Một – nhiều", about: "vào một bức ảnh, ra một câu" },
    "many-to-one": { name: "Nhiều – một", about: "vào một câu, ra một kết quả" },
    aligned: { name: "Nhiều – nhiều, từng bước", about: "mỗi bước một kết quả" },
    "encoder-decoder": { name: "Nhiều – nhiều, đọc rồi nói", about: "đọc hết rồi mới nói từ đầu tiên" },
    forecast: { name: "Dự báo", about: "vào những ngày đã qua, ra một ngày sắp tới" },
  },
  demos: "Các minh hoạ của dạng này",
  demo: {
    caption: {
      title: "Chú thích ảnh",
      about:
        "Các phép tích chập chia bức ảnh thành những vùng; sau đó mạng nói từng từ một, đọc lại từ vừa nói và nhìn lại các vùng trước khi nói từ tiếp theo. Mạng làm vậy với vài bản sao hơi khác nhau của bức ảnh, rồi lấy lời chú thích mà nhiều bản nhận được nhất.",
      fails:
        "Nó chỉ biết biểu tượng cảm xúc, nên ảnh chụp hay hình vẽ nó cũng coi là một biểu tượng. Nó hay nhầm những khuôn mặt mà miệng chỉ khác nhau vài điểm ảnh, và những màu da gần nhau; hình nào hoạ sĩ khác vẽ khác hẳn thì nó gọi thành bất cứ thứ gì. Chiếc đồng hồ hay lá cờ nào nó chưa thấy trong bức vẽ nào thì nó không bao giờ gọi đúng.",
    },
    feel: {
      title: "Cảm xúc của một câu",
      about:
        "Hai mạng đọc câu, mỗi mạng từ một đầu; giá trị lớn nhất mà trạng thái của chúng đạt tới qua mọi từ cho ra một xác suất. Mô hình này đọc tiếng Anh.",
      fails:
        "Nó cộng các từ lại nhiều hơn là hiểu chúng: “not bad at all” (không tệ chút nào) vẫn bị tính là tệ, giọng mỉa mai không được nhận ra, và từ chưa gặp bao giờ thì không được tính. Với văn bản dài, nó chỉ đọc phần đầu.",
    },
    restore: {
      title: "Thêm dấu tiếng Việt",
      about: "Tiếng Việt gõ không dấu. Hai mạng đọc các chữ cái từ hai đầu, và mỗi chữ cái nhận lại dấu của mình.",
      fails:
        "Nó biết những câu ngắn thường ngày. Tên riêng và từ hiếm hay bị sai (Nguyễn Văn An thành “Nguyện Vẫn Ăn”), những âm tiết hợp với nhiều dấu cũng vậy, đôi khi cả khi câu đã nói rõ: “con doi bung” thành “còn đói bụng”.",
    },
    write: {
      title: "Viết tiếp văn bản",
      about:
        "Ở mỗi bước, mạng cho biết xác suất đứng tiếp theo của từng ký tự; một ký tự được chọn ngẫu nhiên theo xác suất ấy và được đọc ở bước sau.",
      fails: "Nó học được hình dáng và âm điệu của từ và câu, chứ không học được ý nghĩa: chỉ sau vài từ là lạc ý.",
    },
    translate: {
      title: "Dịch",
      about:
        "Một mạng đọc câu tiếng Anh từ hai đầu; một mạng khác nói ra câu tiếng Việt, và với mỗi từ lại nhìn về những gì đã đọc.",
      fails:
        "Nó học từ ít câu, phần lớn là câu ngắn. Tên riêng và từ hiếm bị chép nguyên, bị bỏ qua hoặc bị thay bằng từ khác, ngay cả trong câu ngắn; với câu dài hơn, nó lặp lại, bỏ sót và bịa thêm.",
    },
    forecast: {
      title: "Dự báo số ca sinh",
      about:
        "Số ca sinh mỗi ngày ở Hoa Kỳ. Mạng đọc bốn tuần cùng với lịch, rồi cho biết ngày của một tuần sau, kèm một khoảng lẽ ra phải chứa chín trên mười ngày.",
      fails:
        "Nó biết các thứ trong tuần và ngày lễ liên bang, nhưng không biết bão, cũng không biết những ngày khác mà người ta tránh: trong năm 2014, nó sai nhiều nhất vào ngày 24 tháng 12, ngày 11 tháng 9 và ngày 31 tháng 10 (Halloween), khi nó đoán quá nhiều.",
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
      `Trong ${count} biểu tượng do một hoạ sĩ khác vẽ chứ không phải hoạ sĩ của những hình đã học, nó chú thích đúng hoàn toàn ${exact} (F1 theo từ: ${words}); lấy chú thích của hình đã học giống nhất thì đúng ${nearest}.`,
    feel: (right, count, bag, majority) =>
      `Nó đúng ${right} trong ${count} trích đoạn bình phim chưa từng thấy, so với ${bag} của túi từ không kể thứ tự và ${majority} nếu luôn trả lời như nhau.`,
    restore: (words, count, usual) =>
      `Trong ${count} câu chưa từng thấy, ${words} số từ được thêm đúng mọi dấu; cho mỗi từ kiểu dấu thường gặp nhất thì đúng ${usual}.`,
    write: (bits, nGrams) =>
      `Trên văn bản chưa từng thấy, nó cần ${bits} bit cho mỗi ký tự; cách đếm các chuỗi ký tự (n-gram) cần ${nGrams}. Càng ít càng tốt.`,
    translate: (bleu, exact, count, nearest, nearestExact) =>
      `Trên ${count} câu chưa từng thấy, nó đạt BLEU ${bleu} và nói ${exact} số câu giống hệt một bản dịch mẫu; lấy bản dịch của câu đã học giống nhất thì đạt BLEU ${nearest} và giống hệt ở ${nearestExact} số câu.`,
    forecast: (error, naive, count, within) =>
      `Trong ${count} ngày của năm 2014, những ngày nó chưa từng thấy, trung bình mỗi ngày nó lệch ${error} ca sinh; cách đoán “như tuần trước” lệch ${naive}. Khoảng của nó chứa được ${within} số ngày.`,
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
    help: "Lần lượt thay mỗi từ bằng một từ lạ để xem từ ấy đã làm gì: xanh và gạch chân là nghiêng về khen; đỏ và gạch chấm là nghiêng về chê; càng đậm càng mạnh.",
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
    alignmentLabel: (pairs) => `Gióng hàng: ${pairs}`,
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
