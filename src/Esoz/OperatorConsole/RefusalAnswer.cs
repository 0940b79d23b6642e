using System.Globalization;
using System.Text;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>
/// What an operator answers a vendor who asks why a request was refused: plain text to copy. It has what the vendor's own client may know
/// of its request (<see cref="RequestAccount.For"/>): neither the user nor the address.
/// </summary>
internal static class RefusalAnswer
{
    /// <param name="refusal">Of the account.</param>
    public static string Of(RequestAccount account, RefusalAccount refusal, Language language)
    {
        var text = new StringBuilder();
        Line(language.Text("Запит", "Request"), account.RequestId);
        Line(language.Text("Коли (UTC)", "When (UTC)"), account.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        Line(language.Text("Метод", "Method"), string.Join(", ", new[] { account.Title ?? account.MethodId, account.Route }.OfType<string>()));
        Line(language.Text("Відповідь", "Answer"), $"{account.Status} {refusal.Text ?? refusal.Code}");
        if (refusal.Rule is { } rule)
            Line(language.Text("Правило", "Rule"), $"{rule} {refusal.Words}".TrimEnd());
        if (refusal.Seen is { } seen)
            Line(language.Text("На що дивилися", "What was looked at"), seen);
        foreach (var broken in refusal.BrokenNow ?? [])
            Line(language.Text("Порушував би тепер", "Would break now"), $"{broken.Rule} {broken.Words}".TrimEnd());
        return text.ToString().TrimEnd();

        void Line(string label, string value) => text.Append(label).Append(": ").Append(value).Append('\n');
    }
}
