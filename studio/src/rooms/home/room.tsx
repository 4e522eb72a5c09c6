/** The first page: what this is, and a card for each room. */
import { useWords } from "../../words/index.ts";
import { listRooms } from "../index.ts";
import "./home.css";
import { LoopPicture } from "./loop-picture.tsx";
import { ServedList } from "./served-list.tsx";

export function HomeRoom() {
  const words = useWords();
  return (
    <div class="wide-stack">
      <section class="intro">
        <div class="stack">
          <h1>{words.intro.title}</h1>
          <p class="intro-text">{words.intro.sentences.join(" ")}</p>
        </div>
        <LoopPicture />
      </section>
      <ServedList />
      <ul class="room-cards">
        {listRooms().map(({ name, picture: Picture }) => (
          <li key={name} class="room-card">
            <Picture />
            <div class="room-card-text">
              <h2>
                <a href={`#/${name}`}>{words.room[name].title}</a>
              </h2>
              <p class="soft">{words.room[name].summary}</p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
