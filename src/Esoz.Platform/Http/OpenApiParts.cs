using System.Text.Json.Nodes;

namespace Esoz.Platform.Http;

/// <summary>What the OpenAPI document says and the cards do not know: a JSON file of the application, read once.</summary>
/// <param name="json">
/// <c>info</c>; <c>tags</c>: description by name; <c>members</c>: schema of stored JSON by the name of its member, of an answer or a bulk
/// record; <c>names</c>: names of the members that depend on a value, by the name of the property that holds them; <c>components</c>:
/// schemas to which these refer; <c>values</c>: example by <c>member</c>, <c>Component.member</c> or <c>Component</c>;
/// <c>bodies</c>: example of a body by operation; <c>texts</c>: see <see cref="OpenApiTexts"/>.
/// </param>
public sealed class OpenApiParts(JsonObject json)
{
    /// <summary>Contact and licence.</summary>
    internal JsonObject Info => Part("info");

    internal JsonObject Tags => Part("tags");

    internal JsonObject Members => Part("members");

    internal JsonObject Names => Part("names");

    internal JsonObject Components => Part("components");

    internal JsonObject Values => Part("values");

    internal JsonObject Bodies => Part("bodies");

    internal OpenApiTexts Texts { get; } = new(json["texts"]!.AsObject());

    private JsonObject Part(string name) => json[name]!.AsObject();
}
