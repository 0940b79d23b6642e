using System.Text.Json;
using Esoz.Platform.Http;

namespace Esoz.Platform.Database;

/// <summary>
/// JSON for <c>jsonb_to_record</c> and <c>jsonb_to_recordset</c>: a set of rows as one parameter. Members become columns named in snake_case.
/// </summary>
public static class RecordJson
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = PlainJsonEncoder.Instance };

    /// <param name="value">A record, or a list of them.</param>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);
}
