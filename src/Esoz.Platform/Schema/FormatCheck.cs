using System.Buffers.Text;
using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Platform.Schema;

/// <summary>The keyword <c>format</c>, asserted: <c>uuid</c>, <c>date</c> and <c>date-time</c>.</summary>
internal sealed class FormatCheck(string format) : Check
{
    /// <summary>Reported for a bad uuid: any version, any case (platform §7.1).</summary>
    public const string UuidPattern = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

    /// <exception cref="SchemaException">The format is not supported.</exception>
    public static FormatCheck Of(SchemaKeyword keyword) => keyword.Text() is "uuid" or "date" or "date-time"
        ? new FormatCheck(keyword.Text())
        : throw keyword.Refused($"'{keyword.Text()}' is not supported");

    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        if (value.ValueKind != JsonValueKind.String)
            return;
        var text = JsonText.Utf8Of(value);
        switch (format)
        {
            case "uuid":
                if (!IsUuid(text))
                    PatternCheck.AddFault(UuidPattern, ref faults);
                break;
            case "date":
                AddFault("date", "date", Iso8601.TryParseDate(text, out _), value, ref faults);
                break;
            case "date-time":
                AddFault("datetime", "date-time", Iso8601.TryParseDateTime(text, out _), value, ref faults);
                break;
        }
    }

    private static bool IsUuid(ReadOnlySpan<byte> text) =>
        text.Length == 36 && Utf8Parser.TryParse(text, out Guid _, out var read, 'D') && read == 36;

    private static void AddFault(string rule, string noun, Iso8601Verdict verdict, JsonElement value, ref Faults faults)
    {
        if (verdict == Iso8601Verdict.Malformed)
            faults.Add(rule, $"expected \"%{{actual}}\" to be a valid ISO 8601 {noun}", ("actual", value.GetString()));
        if (verdict == Iso8601Verdict.NonExistent)
            faults.Add(rule, $"expected \"%{{actual}}\" to be an existing {noun}", ("actual", value.GetString()));
    }
}
