using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>What a status means for the caller, and what to do.</summary>
public sealed record ErrorAdvice(Words Title, Words Advice)
{
    /// <summary>Of the errors with which a job ends, which have no status of their own.</summary>
    public static readonly ErrorAdvice OfJob = new(
        new("Завдання завершилося відмовою", "A job ended in a refusal"),
        new("Запит прийнято, але завдання має статус FAILED. Виправте названу причину й надішліть новий запит: завдання не повторюється.",
            "The request was taken, but the job is FAILED. Mend the cause and send a new request: the job is not tried again."));

    public static ErrorAdvice Of(int status) => status switch
    {
        400 => new(new("Запит не вдалося прочитати", "The request cannot be read"),
            new("Перевірте, що тіло є JSON у UTF-8 і що кожне значення має форму, названу на сторінці методу. Повторення без змін дасть те саме.",
                "Check that the body is JSON in UTF-8 and that each value has the form that the method's page names. Repeating it unchanged gives the same.")),
        401 => new(new("Облікові дані відсутні або недійсні", "Credentials are missing or not valid"),
            new("Заголовок WWW-Authenticate каже, що саме не так: Bearer чи ApiKey. Увійдіть ще раз, оновіть токен або перевірте api-key.",
                "The header WWW-Authenticate says which one: Bearer or ApiKey. Sign in again, refresh the token, or check the api-key.")),
        403 => new(new("Цього робити не можна", "This is not allowed"),
            new("Токену бракує права, або запис належить іншому закладу. Попросіть право при вході чи зверніться до власника запису.",
                "The token lacks a scope, or the record is of another legal entity. Ask for the scope at sign-in, or turn to the owner of the record.")),
        404 => new(new("Немає такого запису", "There is no such record"),
            new("Перевірте номер у шляху чи тілі. Номер, що не є uuid, теж вважається невідомим.",
                "Check the id in path or body. An id that is not a uuid counts as unknown as well.")),
        409 => new(new("Стан запису цього не дозволяє", "The state of the record forbids it"),
            new("Прочитайте запис ще раз: його міг змінити хтось інший. Повторюйте лише тоді, коли стан дозволяє дію.",
                "Read the record again: somebody else may have changed it. Repeat only when its state allows the action.")),
        412 => new(new("Умова запиту не виконується", "A condition of the request does not hold"),
            new("Запис або знімок змінився. Прочитайте його ще раз і надішліть запит із новою умовою.",
                "The record or snapshot has changed. Read it again and send the request with the new condition.")),
        413 => new(new("Тіло завелике", "The body is too large"),
            new("Надішліть менше: межа названа на сторінці методу.", "Send less: the limit is on the page of the method.")),
        415 => new(new("Інший тип тіла", "Another media type"),
            new("Надішліть Content-Type: application/json.", "Send Content-Type: application/json.")),
        416 => new(new("Поза межами файлу", "Outside the file"),
            new("Файл коротший. Почніть завантаження спочатку.", "The file is shorter. Begin the download anew.")),
        422 => new(new("Дані не відповідають правилам", "The data break a rule"),
            new("Член invalid називає кожне хибне значення й правило. Виправте їх усі й надішліть ще раз.",
                "The member invalid names every wrong value and its rule. Mend all of them and send the request again.")),
        429 => new(new("Забагато запитів", "Too many requests"),
            new("Зачекайте стільки секунд, скільки каже Retry-After, і повторіть.", "Wait for the seconds that Retry-After says, then repeat.")),
        503 => new(new("Тимчасово недоступно", "Unavailable for now"),
            new("Повторіть за Retry-After. Чи відбулася зміна, перевірте читанням або повторюйте з Idempotency-Key. Без Retry-After і з Esoz-Node: read-only відповів вузол лише для читання: він нічого не змінив і не змінить, надішліть запит на основну адресу.",
                "Repeat after Retry-After. Whether a change took place, find out by reading, or repeat with Idempotency-Key. Without Retry-After and with Esoz-Node: read-only, a node for reads has answered: it has changed nothing and never will; send the request to the main address.")),
        _ => new(new("Помилка сервера", "A fault of the server"),
            new("Повідомте оператору X-Request-ID відповіді.", "Tell the operator the X-Request-ID of the answer.")),
    };
}
