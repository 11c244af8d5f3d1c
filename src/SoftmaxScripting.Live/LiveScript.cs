namespace SoftmaxScripting.Live;

/// <summary>What the page runs: it puts the parts that come in at their place and leaves the others untouched.</summary>
internal static class LiveScript
{
    /// <summary>The script.</summary>
    public const string Text =
        """
        'use strict';
        const main = document.querySelector('main');
        let known = new Map();
        const source = new EventSource('/events');
        source.onmessage = event => {
          const message = JSON.parse(event.data);
          for (const [key, html] of Object.entries(message.parts)) {
            const template = document.createElement('template');
            template.innerHTML = html;
            known.set(key, template.content.firstElementChild);
          }
          known = new Map(message.order.map(key => [key, known.get(key)]));
          let place = 0;
          for (const element of known.values()) {
            if (main.children[place] !== element) main.insertBefore(element, main.children[place] ?? null);
            place++;
          }
          while (main.children.length > place) main.lastElementChild.remove();
          document.documentElement.dataset.live = message.last ? 'ended' : 'running';
          if (message.last) source.close();
        };
        source.onerror = () => { document.documentElement.dataset.live = 'away'; };

        """;
}
