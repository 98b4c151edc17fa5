/* The entries of the queue one by one: those that wait, and those that were not accepted, each with
   its order, its time and the way back to its part of the visit (job.js reads #e and the entry's id). */
(function () {
  "use strict";
  var pictures = {};
  var shown = {};

  function image(entry) {
    var field = entry.fields.find(function (one) {
      return one.bytes && /^image\//.test(one.type);
    });
    return field ? URL.createObjectURL(new Blob([field.bytes], { type: field.type })) : "";
  }
  function orderOf(entry) {
    var found = /\/m\/today\/([^/]+)\//.exec(entry.page || entry.url);
    return found ? found[1] : "";
  }
  function when(entry) {
    return new Date(entry.at).toLocaleString(document.documentElement.lang || "zh-Hans", {
      timeZone: "Asia/Shanghai",
      month: "numeric",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  }
  function reason(list, entry) {
    return /^5\d\d$/.test(entry.refused) ? list.dataset.failing : entry.refused;
  }

  function row(list, template, entry, all) {
    var item = template.content.firstElementChild.cloneNode(true);
    var order = orderOf(entry);
    item.querySelector("[data-label]").textContent = entry.label;
    item.querySelector("[data-when]").textContent = when(entry);
    var link = item.querySelector("[data-order]");
    link.textContent = order.replace(/-.*(.{4})$/, "-…$1");
    link.href = order ? "/m/today/" + order + "/#e" + entry.id : "";
    link.hidden = !order;
    var picture = item.querySelector("img");
    var url = image(entry);
    if (url) {
      picture.src = url;
      pictures[list.id].push(url);
    } else picture.remove();
    if (!entry.refused) return item;

    var same = all.filter(function (other) {
      return order && orderOf(other) === order;
    });
    item.querySelector("[data-reason]").textContent = reason(list, entry);
    item.querySelector("[data-retry]").addEventListener("click", function () {
      window.kuaquOutbox.retry(entry);
    });
    var whole = item.querySelector("[data-retry-order]");
    whole.hidden = same.length < 2 || same[0] !== entry;
    whole.addEventListener("click", function () {
      window.kuaquOutbox.retry(same);
    });
    item.querySelector("[data-discard]").addEventListener("click", function (event) {
      if (window.confirm(event.currentTarget.dataset.discard)) window.kuaquOutbox.discard(entry);
    });
    return item;
  }

  /* Made anew only where an entry came or went: nothing moves under somebody's finger. */
  function fill(list, entries) {
    var template = document.getElementById(list.dataset.template);
    var now = entries
      .map(function (entry) {
        return entry.key + entry.refused;
      })
      .join();
    if (shown[list.id] === now) return;
    shown[list.id] = now;
    (pictures[list.id] || []).forEach(URL.revokeObjectURL);
    pictures[list.id] = [];
    list.textContent = "";
    entries.forEach(function (entry) {
      list.appendChild(row(list, template, entry, entries));
    });
  }

  document.addEventListener("outbox:changed", function (event) {
    var waiting = document.getElementById("x-waiting");
    var refused = document.getElementById("x-refused");
    if (!waiting || !refused) return;
    var held = event.detail.entries.filter(function (entry) {
      return !entry.refused;
    });
    refused.hidden = !event.detail.refused.length;
    fill(refused.querySelector("ul"), event.detail.refused);
    /* What is on its way is none to look at. */
    if (event.detail.state === "sending" && waiting.hidden) return;
    waiting.hidden = !held.length;
    fill(waiting.querySelector("ul"), held);
  });
})();
