import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cryptopro.CryptoProObjectIdentifiers;
import org.bouncycastle.asn1.ua.*;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.cert.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.crypto.digests.GOST3411Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.jce.interfaces.ECPublicKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;

/**
 * Makes the certificates, lists and containers of this directory with Bouncy Castle for Java:
 * java -cp '/usr/share/java/*' MakeVectors.java DIRECTORY.
 * The private keys are not kept, so every run makes other files of the same meaning.
 */
public class MakeVectors {
    static final AlgorithmIdentifier LITTLE = new AlgorithmIdentifier(UAObjectIdentifiers.dstu4145le);
    static final AlgorithmIdentifier HASH = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.804.2.1.1.1.1.2.1"));
    static final ASN1ObjectIdentifier DRFO = new ASN1ObjectIdentifier("1.2.804.2.1.1.1.11.1.4.1.1");
    static final ASN1ObjectIdentifier EDRPOU = new ASN1ObjectIdentifier("1.2.804.2.1.1.1.11.1.4.2.1");
    static final int M257 = 6, M431 = 9;
    static Path directory;

    /** A key with its certificate, which can sign for others. */
    record Owner(KeyPair key, X509CertificateHolder certificate) {}

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        directory = Path.of(args[0]);

        Owner root = issue(null, "Root of the vectors", M431, true, "2020-01-01", "2030-01-01", true, null);
        write("root-m431.cer", root.certificate().getEncoded());
        write("authority-m257.cer",
            issue(root, "Authority below the root", M257, false, "2021-01-01", "2026-01-01", true, null).certificate().getEncoded());

        Owner own = issue(null, "Authority of persons", M257, false, "2025-01-01", "2035-01-01", true, null);
        write("persons-authority.cer", own.certificate().getEncoded());
        person(own, "person.cer", "Person", attributes("3333333333", null));
        person(own, "organisation.cer", "Organisation", attributes(null, "44444444"));
        person(own, "person-of-organisation.cer", "Person of an organisation", attributes("3333333333", "44444444"));
        write("full.crl", list(own, false));
        write("delta.crl", list(own, true));

        Owner signer = issue(null, "Signer of containers", M257, false, "2025-01-01", "2035-01-01", true, null);
        write("signer.cer", signer.certificate().getEncoded());
        write("number.p7s", container(signer, "123", true));
        write("number-detached.p7s", container(signer, "123", false));
        write("text.p7s", container(signer, "test data", true));
    }

    static void person(Owner authority, String file, String name, ASN1Encodable attributes) throws Exception {
        write(file, issue(authority, name, M257, false, "2025-06-01", "2028-06-01", false, attributes).certificate().getEncoded());
    }

    static Owner issue(Owner issuer, String name, int curve, boolean isSpelled, String from, String to, boolean isAuthority,
        ASN1Encodable attributes) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("DSTU4145", "BC");
        generator.initialize(new ECGenParameterSpec(DSTU4145NamedCurves.getOIDs()[curve].getId()));
        KeyPair pair = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=" + name + ",O=Test vectors,C=UA");
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(issuer == null ? subject : issuer.certificate().getSubject(),
            new BigInteger(120, new java.security.SecureRandom()).setBit(119), date(from), date(to), subject,
            publicKey(pair, curve, isSpelled));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(isAuthority
            ? KeyUsage.keyCertSign | KeyUsage.cRLSign | (issuer == null ? KeyUsage.digitalSignature | KeyUsage.nonRepudiation : 0)
            : KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
        if (attributes != null)
            builder.addExtension(Extension.subjectDirectoryAttributes, false, attributes);
        return new Owner(pair, builder.build(signer(issuer == null ? pair : issuer.key(), true)));
    }

    static ASN1Encodable attributes(String drfo, String edrpou) {
        ASN1EncodableVector all = new ASN1EncodableVector();
        if (edrpou != null)
            all.add(new Attribute(EDRPOU, new DERSet(new DERPrintableString(edrpou))));
        if (drfo != null)
            all.add(new Attribute(DRFO, new DERSet(new DERPrintableString(drfo))));
        return new DERSequence(all);
    }

    static byte[] list(Owner issuer, boolean isDelta) throws Exception {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(issuer.certificate().getSubject(), date("2026-02-20"));
        builder.setNextUpdate(date("2026-03-10"));
        builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.TWO));
        if (isDelta)
            builder.addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.ONE));
        for (int i = 1; i <= 5; i++)
            builder.addCRLEntry(BigInteger.valueOf((isDelta ? 2000 : 1000) + i), date("2026-01-15"), CRLReason.keyCompromise);
        return builder.build(signer(issuer.key(), true)).getEncoded();
    }

    static byte[] container(Owner signer, String content, boolean isAttached) throws Exception {
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(
            new SignerInfoGeneratorBuilder(new Digests()).build(signer(signer.key(), false), signer.certificate()));
        generator.addCertificate(signer.certificate());
        return generator.generate(new CMSProcessableByteArray(content.getBytes()), isAttached).getEncoded("DER");
    }

    /** The curve by its name or, as old authorities do it, with all of its numbers. Numbers of the field and points are little-endian. */
    static SubjectPublicKeyInfo publicKey(KeyPair pair, int curve, boolean isSpelled) throws Exception {
        ASN1Encodable parameters = new DSTU4145Params(DSTU4145NamedCurves.getOIDs()[curve]);
        if (isSpelled) {
            ECDomainParameters domain = DSTU4145NamedCurves.getByOID(DSTU4145NamedCurves.getOIDs()[curve]);
            ECCurve.F2m field = (ECCurve.F2m) domain.getCurve();
            DERSequence powers = sequence(new ASN1Integer(field.getK1()), new ASN1Integer(field.getK2()), new ASN1Integer(field.getK3()));
            parameters = sequence(
                sequence(
                    sequence(new ASN1Integer(field.getM()), powers), new ASN1Integer(field.getA().toBigInteger()),
                    new DEROctetString(reversed(field.getB().getEncoded())), new ASN1Integer(domain.getN()),
                    new DEROctetString(reversed(DSTU4145PointEncoder.encodePoint(domain.getG())))),
                new DEROctetString(DSTU4145Params.getDefaultDKE()));
        }
        byte[] point = DSTU4145PointEncoder.encodePoint(((ECPublicKey) pair.getPublic()).getQ());
        return new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(UAObjectIdentifiers.dstu4145le, parameters), new DEROctetString(reversed(point)));
    }

    static DERSequence sequence(ASN1Encodable... members) { return new DERSequence(members); }

    static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++)
            reversed[i] = bytes[bytes.length - 1 - i];
        return reversed;
    }

    /** A value stands wrapped in an OCTET STRING in certificates and lists, and bare in containers. */
    static ContentSigner signer(KeyPair pair, boolean isWrapped) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        return new ContentSigner() {
            boolean wasAsked = isWrapped;
            // A container's generator first asks for the digest of the algorithm, and knows none of a Ukrainian one.
            public AlgorithmIdentifier getAlgorithmIdentifier() {
                AlgorithmIdentifier algorithm =
                    wasAsked ? LITTLE : new AlgorithmIdentifier(CryptoProObjectIdentifiers.gostR3411_94_with_gostR3410_2001);
                wasAsked = true;
                return algorithm;
            }
            public OutputStream getOutputStream() { data.reset(); return data; }
            public byte[] getSignature() {
                try {
                    Signature signature = Signature.getInstance(UAObjectIdentifiers.dstu4145le.getId(), "BC");
                    signature.initSign(pair.getPrivate());
                    signature.update(data.toByteArray());
                    byte[] value = signature.sign();
                    return isWrapped ? value : ASN1OctetString.getInstance(value).getOctets();
                } catch (Exception fault) {
                    throw new IllegalStateException(fault);
                }
            }
        };
    }

    static class Digests implements DigestCalculatorProvider {
        public DigestCalculator get(AlgorithmIdentifier ignored) {
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            return new DigestCalculator() {
                public AlgorithmIdentifier getAlgorithmIdentifier() { return HASH; }
                public OutputStream getOutputStream() { data.reset(); return data; }
                public byte[] getDigest() {
                    byte[] packed = DSTU4145Params.getDefaultDKE();
                    byte[] box = new byte[2 * packed.length];
                    for (int i = 0; i < packed.length; i++) {
                        box[2 * i] = (byte) ((packed[i] >> 4) & 15);
                        box[2 * i + 1] = (byte) (packed[i] & 15);
                    }
                    GOST3411Digest digest = new GOST3411Digest(box);
                    digest.update(data.toByteArray(), 0, data.size());
                    byte[] hash = new byte[32];
                    digest.doFinal(hash, 0);
                    return hash;
                }
            };
        }
    }

    static Date date(String day) { return Date.from(Instant.parse(day + "T00:00:00Z")); }

    static void write(String name, byte[] bytes) throws Exception { Files.write(directory.resolve(name), bytes); }
}
