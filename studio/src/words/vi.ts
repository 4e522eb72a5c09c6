/** Các văn bản của trang và của những thành phần dùng chung, bằng tiếng Việt. */
import type { Words } from "./en.ts";

export const vi: Words = {
  title: "Phòng thí nghiệm Recurra",
  skip: "Đến thẳng nội dung",
  rooms: "Các phòng",
  language: "Ngôn ngữ",
  languages: { en: "English", vi: "Tiếng Việt" },
  theme: "Giao diện",
  themes: { system: "Tự động", light: "Sáng", dark: "Tối" },
  loading: "Đang tải…",
  failed: "Không hiển thị được phòng này",
  failedAdvice: "Hãy thử lại; nếu vẫn không được, hãy bắt đầu từ trang đầu.",
  again: "Thử lại",
  toHome: "Về trang đầu",
  noRoom: "Không có phòng này",
  noRoomAdvice: "Có thể liên kết cũ hơn hoặc mới hơn trang đang mở.",
  isolated: "Đa luồng đang bật: việc huấn luyện được chia cho các nhân.",
  notIsolated:
    "Trang này không được phép dùng chung bộ nhớ giữa các luồng nên chỉ huấn luyện trên một nhân. Lệnh recurra studio mở trang theo cách cho phép điều đó.",
  foot: "Mọi phép tính diễn ra ngay trong trang này; không có gì rời khỏi máy của bạn.",
  intro: {
    title: "Nhìn vào bên trong mạng hồi quy",
    sentences: [
      "Mạng nơ-ron hồi quy đọc một chuỗi theo từng bước thời gian và giữ lại điều quan trọng trong trạng thái của nó.",
      "Ở đây bạn thấy chính trạng thái, các cổng và gradient ấy, trên những mạng đang tính toán trước mắt bạn.",
      "Phòng nào cũng dùng số liệu thật, và liên kết của phòng giữ nguyên điều bạn đang xem để bạn gửi cho người khác.",
    ],
  },
  room: {
    network: {
      title: "Từ ANN đến RNN",
      summary: "Một mạng truyền thẳng trở thành mạng hồi quy qua sáu hình vẽ nối tiếp nhau.",
    },
    applications: {
      title: "Ứng dụng",
      summary: "Chú thích ảnh, cảm xúc, dịch, thêm dấu, dự báo: mỗi dạng mạng dùng để làm gì.",
    },
    gradient: {
      title: "Gradient biến mất",
      summary: "Xem gradient tắt dần hay bùng nổ trên đường lan truyền ngược qua thời gian, và cách khắc phục.",
    },
    lstm: { title: "Bên trong LSTM", summary: "Một bước của LSTM, lần lượt từng cổng, trên câu do bạn chọn." },
    variants: {
      title: "Các biến thể",
      summary: "Mọi loại ô đặt cạnh LSTM: phương trình, sơ đồ, chi phí, và cuộc đua trên bài toán cần trí nhớ.",
    },
    workbench: {
      title: "Bàn thực nghiệm",
      summary: "Dữ liệu của bạn, phương trình của bạn: huấn luyện một mạng và xem nó học.",
    },
    open: {
      title: "Mở mô hình",
      summary: "Bên trong một mô hình đã huấn luyện: các tầng, trọng số, cổng, từng bước một.",
    },
    parts: { title: "Thành phần", summary: "Những thành phần tạo nên các phòng, ở mọi trạng thái." },
  },
  parts: {
    play: "Chạy",
    pause: "Tạm dừng",
    back: "Lùi một bước",
    forward: "Tiến một bước",
    position: (at, count) => `bước ${at} trên ${count}`,
    heatHelp: "Dùng các phím mũi tên để đi từ giá trị này sang giá trị khác.",
    heatValue: (row, column, value) => `${row}, ${column}: ${value}`,
    unit: (at) => `nơ-ron ${at}`,
    step: (at) => `bước ${at}`,
    noMatch: "Không có gì mang tên như vậy.",
    openFile: "Mở tệp…",
    dropFile: "hoặc thả tệp vào đây",
    served: "Được nêu trên dòng lệnh",
    downloadPicture: "Lưu hình",
    scrolls: "rộng hơn trang; cuộn ngang để xem",
  },
};
