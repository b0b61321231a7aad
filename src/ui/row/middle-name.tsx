/** How the ends of most names look: a few letters of scripts that aren't joined, digits and signs. */
const ENDING =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Han}\p{Script=Hebrew}\p{N}\p{P}]{0,9}$/u;

/** A name that is cut in the middle if it is too long, so that its ending can be seen. */
export function MiddleName({ name }: { name: string }) {
  const [ending = ''] = ENDING.exec(name) ?? [];
  return (
    <p class="row-name" dir="auto" title={name}>
      <span>{name.slice(0, name.length - ending.length)}</span>
      {ending}
    </p>
  );
}
