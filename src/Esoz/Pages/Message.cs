namespace Esoz.Pages;

/// <summary>Why a page does not go on, and what to do.</summary>
/// <param name="Title">What has happened.</param>
/// <param name="Advice">What the reader can do.</param>
public sealed record Message(Func<Language, string> Title, Func<Language, string> Advice)
{
    /// <summary>The literal text of the specification, for the developer.</summary>
    public string? Details { get; init; }

    /// <summary>By which an operator finds the request in the log.</summary>
    public string? RequestId { get; init; }

    /// <summary>Where to go on.</summary>
    public (string Address, Func<Language, string> Text)? Link { get; init; }

    /// <summary>Address of the same message in another language; null = there is none.</summary>
    public Func<Language, string>? Address { get; init; }

    public HtmlPage Page(int status) => HtmlPage.Of<MessagePage, Message>(this, status);

    /// <summary>The answer to a request that failed.</summary>
    public static Task Fault(HttpContext context, Refusal refusal)
    {
        var status = Dialect.Of(context).Status(refusal);
        if (refusal.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = $"{Math.Max(1, Math.Ceiling(wait.TotalSeconds)):F0}";
        var message = refusal == ReadOnlyNode.TakesNoChanges ? ReadOnly : status switch
        {
            StatusCodes.Status503ServiceUnavailable => Unavailable,
            StatusCodes.Status429TooManyRequests => TooMany,
            >= 500 => Unexpected,
            _ => Malformed,
        };
        return (message with { RequestId = context.TraceIdentifier }).Page(status).ExecuteAsync(context);
    }

    private static readonly Message Unavailable = new(
        language => language.Text("Сервіс тимчасово недоступний", "The service is temporarily unavailable"),
        language => language.Text("Спробуйте ще раз за хвилину.", "Please try again in a minute."));

    private static readonly Message ReadOnly = new(
        language => language.Text("Цей вузол лише показує", "This node is read-only"),
        language => language.Text(
            "Нічого не змінено. Увійти чи щось змінити можна на іншому вузлі системи; її оператор знає адресу.",
            "Nothing was changed. Signing in and changes are possible at another node; the operator of the system knows its address."));

    private static readonly Message Unexpected = new(
        language => language.Text("Сталася помилка", "Something went wrong"),
        language => language.Text(
            "Спробуйте ще раз. Якщо помилка повторюється, повідомте оператору системи номер запиту.",
            "Please try again. If it happens again, tell the operator of the system the request id."));

    private static readonly Message TooMany = new(
        language => language.Text("Забагато запитів", "Too many requests"),
        language => language.Text("З вашої мережі надійшло забагато запитів. Спробуйте за хвилину.",
            "There were too many requests from your network. Please try again in a minute."));

    private static readonly Message Malformed = new(
        language => language.Text("Запит не вдалося прочитати", "The request could not be read"),
        language => language.Text("Поверніться до своєї системи й почніть ще раз.", "Go back to your system and start again."));
}
