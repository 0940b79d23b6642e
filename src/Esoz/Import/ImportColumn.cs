using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Esoz.Import;

/// <summary>A column of the live schema, and the conversion of JSON values to its type.</summary>
/// <param name="Name">Name of the column and of the member in a line.</param>
/// <param name="Type">Its type, one of the types that this registry uses.</param>
/// <param name="Length">Maximum length of a text in characters; null = no limit.</param>
/// <param name="IsRequired">NOT NULL.</param>
/// <param name="Default">SQL of the default value; null = none.</param>
public sealed record ImportColumn(string Name, NpgsqlDbType Type, int? Length, bool IsRequired, string? Default)
{
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    /// <summary>
    /// Writes <paramref name="value"/> as the next field of <paramref name="copy"/>, or only validates it when that is null.
    /// </summary>
    /// <returns>The error; null when the value is valid.</returns>
    public string? Write(NpgsqlBinaryImporter? copy, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null && Type is not (NpgsqlDbType.Json or NpgsqlDbType.Jsonb))
            return Null(copy);
        return Type switch
        {
            NpgsqlDbType.Uuid => value.ValueKind is JsonValueKind.String && value.TryGetGuid(out var id) ? Put(copy, id)
                : "expected a uuid",
            NpgsqlDbType.Varchar or NpgsqlDbType.Text or NpgsqlDbType.Char => Text(copy, value),
            NpgsqlDbType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? Put(copy, value.GetBoolean())
                : "expected true or false",
            NpgsqlDbType.Integer => value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var integer)
                ? Put(copy, integer)
                : "expected an integer",
            NpgsqlDbType.Double => value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
                ? Put(copy, number)
                : "expected a number",
            NpgsqlDbType.Date => value.ValueKind is JsonValueKind.String
                    && DateOnly.TryParseExact(
                        value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? Put(copy, day)
                : "expected a date YYYY-MM-DD",
            NpgsqlDbType.TimestampTz => value.ValueKind is JsonValueKind.String
                    && DateTime.TryParseExact(value.GetString(), Instant, CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
                ? Put(copy, instant)
                : "expected a date-time such as 2026-01-05T09:00:00Z",
            NpgsqlDbType.Json or NpgsqlDbType.Jsonb => Structure(copy, value),
            NpgsqlDbType.Array | NpgsqlDbType.Text => Texts(copy, value),
            _ => throw new NotSupportedException($"Columns of type {Type} cannot be imported: {Name}"),
        };
    }

    private string? Null(NpgsqlBinaryImporter? copy)
    {
        if (IsRequired)
            return "must not be null";
        copy?.WriteNull();
        return null;
    }

    private string? Put<T>(NpgsqlBinaryImporter? copy, T value)
    {
        copy?.Write(value, Type);
        return null;
    }

    private string? Text(NpgsqlBinaryImporter? copy, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String)
            return "expected a string";
        var text = value.GetString()!;
        if (text.Contains('\0'))
            return "must not contain the character U+0000";
        // Counts code points as PostgreSQL does, not UTF-16 units. The first comparison avoids the count for nearly all values.
        if (Length is { } max && text.Length > max && text.EnumerateRunes().Count() > max)
            return $"longer than {max} characters";
        return Put(copy, text);
    }

    /// <summary>
    /// The JSON text is copied unchanged from the line, which contains no line breaks. A null member is SQL NULL: the registry does not
    /// distinguish it from a JSON null.
    /// </summary>
    private string? Structure(NpgsqlBinaryImporter? copy, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null)
            return Null(copy);
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            return "expected an object or an array";
        var text = JsonMarshal.GetRawUtf8Value(value);
        if (text.IndexOf("\\u"u8) >= 0 && !HasOnlyText(value))
            return "must not contain the character U+0000";
        return Put(copy, text.ToArray());
    }

    private static bool HasOnlyText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(member => !member.Name.Contains('\0') && HasOnlyText(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(HasOnlyText),
        JsonValueKind.String => !value.GetString()!.Contains('\0'),
        _ => true,
    };

    private string? Texts(NpgsqlBinaryImporter? copy, JsonElement value) =>
        value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String)
            ? Put(copy, value.EnumerateArray().Select(item => item.GetString()!).ToArray())
            : "expected an array of strings";
}
