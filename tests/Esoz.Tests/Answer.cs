using System.Net.Http.Headers;
using System.Text.Json;

namespace Esoz.Tests;

/// <summary>An answer of the server, with the assertions shared by the tests of all families.</summary>
public sealed record Answer(int Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public JsonElement Data => Json.GetProperty("data");

    /// <summary>Ids of the items of a list, in order.</summary>
    public IReadOnlyList<Guid> Ids() => [.. Data.EnumerateArray().Select(item => item.GetProperty("id").GetGuid())];

    public static async Task<Answer> Of(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);

    /// <summary>Asserts that the answer is a success of its method.</summary>
    public Answer Succeeded(int status = 200)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Text}");
        return this;
    }

    /// <summary>
    /// Asserts that the answer is exactly this refusal in the IL envelope: status in line and meta, type, literal message, and the one path
    /// (or none).
    /// </summary>
    public void IsIlRefusal(int status, string type, string message, string? path = null, string? description = null)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Text}");
        Assert.Equal(["meta", "error"], Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(status, Json.GetProperty("meta").GetProperty("code").GetInt32());
        Assert.Equal("object", Json.GetProperty("meta").GetProperty("type").GetString());
        var error = Json.GetProperty("error");
        Assert.Equal(type, error.GetProperty("type").GetString());
        Assert.Equal(message, error.GetProperty("message").GetString());
        if (path is null)
        {
            Assert.False(error.TryGetProperty("invalid", out _), Text);
            return;
        }
        var invalid = Assert.Single(error.GetProperty("invalid").EnumerateArray());
        Assert.Equal(path, invalid.GetProperty("entry").GetString());
        var rule = Assert.Single(invalid.GetProperty("rules").EnumerateArray());
        Assert.Equal(description ?? message, rule.GetProperty("description").GetString());
    }

    /// <summary>Asserts a 422 of a business rule: fixed message, the rule's own text in the description.</summary>
    public void IsIlBusinessFault(string path, string description) =>
        IsIlRefusal(422, "validation_failed", ValidationFailed, path, description);

    /// <summary>Asserts a 422 of one query parameter, down to the rule and its parameters.</summary>
    /// <param name="parameters">JSON text.</param>
    public void IsIlQueryFault(string entry, string rule, string description, string parameters)
    {
        IsIlRefusal(422, "validation_failed", ValidationFailed, entry, description);
        Assert.Equal(
            $$"""[{"entry_type":"query_parameter","entry":"{{entry}}","rules":[{"rule":"{{rule}}","description":"{{description}}","params":{{parameters}}}]}]""",
            Json.GetProperty("error").GetProperty("invalid").GetRawText());
    }

    /// <summary>Asserts that the answer is exactly this refusal in the MC format.</summary>
    public void IsMcRefusal(int status, int code, string name, string message)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Text}");
        Assert.Equal(JsonSerializer.Serialize(new { error = new { code, name, message } }, Unescaped), Text);
    }

    /// <summary>The fixed message of every 422 (platform §7).</summary>
    public const string ValidationFailed =
        "Validation failed. You can find validators description at our API Manifest: http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/errors.";

    private static readonly JsonSerializerOptions Unescaped = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
