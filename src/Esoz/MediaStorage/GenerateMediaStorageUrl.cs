using System.Globalization;
using Esoz.Platform.Schema;
using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>Private. Generate media storage links (media-storage §1). The page publishes no method id.</summary>
public static class GenerateMediaStorageUrl
{
    private const string NamePath = "$.resource_name";

    private static readonly Validation NameIsEncodedText = new("7", "resource_name can be canonicalised",
        Refusal.Unprocessable("resource_name is not a valid percent-encoded name", NamePath));

    private static readonly Validation NameIsNotEmpty = new("8", "canonical name is not empty",
        WrongLength("minimum", "min", 1, "0"));

    private static readonly Validation NameIsNotTooLong = new("9", "canonical name is at most 255 bytes of UTF-8",
        WrongLength("maximum", "max", ObjectName.MaxBytes, "{actual}"));

    private static readonly Validation NameIsPlain = new("10", "canonical name is neither . nor .. and holds no /, \\, control or bidirectional character",
        Refusal.Unprocessable("resource_name contains forbidden characters", NamePath));

    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(GenerateMediaStorageUrl));

    public static readonly MethodCard Card = new("private-generate-media-storage-links", "Private. Generate media storage links",
        "POST", "/api/admin/contracts/media_storage/generate_url", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Generates links to media storage for third parties as a part of the ambulatory contracts process",
        Handle = Handle,
        HasPersonalData = true,
        Body = Schema,
        Validations = [NameIsEncodedText, NameIsNotEmpty, NameIsNotTooLong, NameIsPlain],
        Answer = typeof(MediaStorageUrl),
    };

    public static Reply Handle(Caller caller, Body body, HttpRequest http, MediaLinks links, ILogger<MediaLinks> log)
    {
        // Validations 2–6: the schema
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        // Validations 7–10: the first one that fails
        if (ObjectName.Canonicalise(request.ResourceName, out var broken) is not { } name)
            return Answer(broken!);

        // Processing
        var grant = links.Grant(request.Action, request.ResourceId, name);
        var url = links.Sign(grant, http);
        log.LogInformation(
            "Media storage link issued: client {ClientId}, user {UserId}, action {Action}, bucket {Bucket}, resource {ResourceId}, expires {ExpiresAt}",
            caller.ClientId, caller.UserId, grant.Verb, grant.Bucket.Logical, request.ResourceId, grant.ExpiresAt);
        return Reply.Data(new MediaStorageUrl(url));
    }

    private static Refusal Answer(BrokenName broken) => broken.Rule switch
    {
        NameRule.Encoding => NameIsEncodedText,
        NameRule.NotEmpty => NameIsNotEmpty,
        NameRule.Length => WrongLength("maximum", "max", ObjectName.MaxBytes, broken.Bytes.ToString(CultureInfo.InvariantCulture)),
        NameRule.Characters => NameIsPlain,
    };

    private static Refusal WrongLength(string bound, string parameter, int limit, string actual) =>
        Refusal.Unprocessable([Invalid.Property(NamePath, new Rule("length",
            $"expected value to have a {bound} length of {limit} but was {actual}",
            new Dictionary<string, object> { [parameter] = limit, ["actual"] = int.TryParse(actual, out var bytes) ? bytes : actual },
            $"expected value to have a {bound} length of %{{{parameter}}} but was %{{actual}}"))]);

    private sealed record Request(string Action, Guid ResourceId, string ResourceName);

    /// <param name="Url">Valid for <c>SECRETS_TTL</c> seconds.</param>
    private sealed record MediaStorageUrl(string Url) : IAccessedRecord
    {
        IEnumerable<Guid> IAccessedRecord.ObjectIds => [LinkId.Of(Url)];
    }
}
