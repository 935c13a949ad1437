//! Methods of a compiled Java class, read from the class file format (The Java Virtual Machine Specification, chapter 4). Only
//! the constant pool and the lists of fields and methods are walked; what follows is not looked at.

use super::Scan;

const MAGIC: [u8; 4] = [0xca, 0xfe, 0xba, 0xbe];
const PUBLIC: u16 = 0x0001;

pub(super) fn scan(content: &[u8], name: &str) -> Scan {
    match ClassFile::read(content) {
        Some(class) => class.judge(name),
        None => Scan::NothingAgainst,
    }
}

/// What is known of a class.
struct ClassFile<'content> {
    /// Whether it takes over methods of nobody but `java.lang.Object`.
    inherits_nothing: bool,
    /// Names and access flags.
    methods: Vec<(&'content [u8], u16)>,
}

impl<'content> ClassFile<'content> {
    fn read(content: &'content [u8]) -> Option<Self> {
        let mut reader = Reader { rest: content };
        if reader.take(4)? != MAGIC {
            return None;
        }
        reader.take(4)?; // version
        let pool = Pool::read(&mut reader)?;
        reader.take(4)?; // access flags, this class
        let super_class = reader.number()?;
        let interfaces = reader.number()?;
        reader.take(usize::from(interfaces) * 2)?;
        members(&mut reader)?;
        let methods = members(&mut reader)?;
        let methods: Option<Vec<_>> =
            methods.into_iter().map(|(flags, name)| Some((pool.text(name)?, flags))).collect();
        let is_plain = pool.class(super_class) == Some(b"java/lang/Object");
        // An interface may bring methods with a body.
        Some(Self { inherits_nothing: is_plain && interfaces == 0, methods: methods? })
    }

    fn judge(&self, name: &str) -> Scan {
        let mut named = self.methods.iter().filter(|(found, _)| *found == name.as_bytes()).peekable();
        if named.peek().is_some() {
            let any_public = named.any(|(_, flags)| flags & PUBLIC != 0);
            return if any_public || !self.inherits_nothing { Scan::NothingAgainst } else { Scan::NotPublic };
        }
        if !self.inherits_nothing {
            return Scan::NothingAgainst;
        }
        let mut instead: Vec<String> = self
            .methods
            .iter()
            .filter(|(name, flags)| flags & PUBLIC != 0 && !name.starts_with(b"<"))
            .filter_map(|(name, _)| String::from_utf8(name.to_vec()).ok())
            .collect();
        instead.dedup();
        Scan::Absent { instead }
    }
}

/// Access flags and the index of the name, for each field or method.
fn members(reader: &mut Reader<'_>) -> Option<Vec<(u16, u16)>> {
    let count = reader.number()?;
    let mut members = Vec::new();
    for _ in 0..count {
        let (flags, name) = (reader.number()?, reader.number()?);
        reader.take(2)?; // descriptor
        for _ in 0..reader.number()? {
            reader.take(2)?; // the attribute's name
            let length = u32::from_be_bytes(reader.take(4)?.try_into().ok()?);
            reader.take(usize::try_from(length).ok()?)?;
        }
        members.push((flags, name));
    }
    Some(members)
}

/// The constants, as far as names need them.
struct Pool<'content> {
    constants: Vec<Constant<'content>>,
}

#[derive(Clone, Copy)]
enum Constant<'content> {
    Text(&'content [u8]),
    Class(u16),
    Other,
}

impl<'content> Pool<'content> {
    fn read(reader: &mut Reader<'content>) -> Option<Self> {
        let count = usize::from(reader.number()?);
        // Constants are counted from one.
        let mut constants = vec![Constant::Other];
        while constants.len() < count {
            let tag = reader.take(1)?[0];
            let constant = match tag {
                1 => {
                    let length = reader.number()?;
                    Constant::Text(reader.take(usize::from(length))?)
                }
                7 => Constant::Class(reader.number()?),
                8 | 16 | 19 | 20 => reader.other(2)?,
                15 => reader.other(3)?,
                3 | 4 | 9 | 10 | 11 | 12 | 17 | 18 => reader.other(4)?,
                5 | 6 => {
                    // Numbers of eight bytes count twice.
                    constants.push(Constant::Other);
                    reader.other(8)?
                }
                _ => return None,
            };
            constants.push(constant);
        }
        Some(Self { constants })
    }

    fn text(&self, index: u16) -> Option<&'content [u8]> {
        match self.constants.get(usize::from(index))? {
            Constant::Text(text) => Some(text),
            _ => None,
        }
    }

    fn class(&self, index: u16) -> Option<&'content [u8]> {
        match self.constants.get(usize::from(index))? {
            Constant::Class(name) => self.text(*name),
            _ => None,
        }
    }
}

struct Reader<'content> {
    rest: &'content [u8],
}

impl<'content> Reader<'content> {
    fn take(&mut self, bytes: usize) -> Option<&'content [u8]> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn other(&mut self, bytes: usize) -> Option<Constant<'content>> {
        self.take(bytes).map(|_| Constant::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf8(text: &str) -> Vec<u8> {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        [&[1], length.as_slice(), text.as_bytes()].concat()
    }

    /// A class that extends `parent` and implements `interfaces` interfaces, with these methods.
    fn class(parent: &str, interfaces: u16, methods: &[(&str, u16)]) -> Vec<u8> {
        // 1: parent's name, 2: parent, 3 and 4: a long, 5: a descriptor, then the methods' names.
        let mut pool = [utf8(parent), vec![7, 0, 1], [[5].as_slice(), &[0; 8]].concat(), utf8("()V")].concat();
        pool.extend(methods.iter().flat_map(|(name, _)| utf8(name)));
        let count = u16::try_from(6 + methods.len()).unwrap();
        let mut out = [MAGIC.as_slice(), &[0, 0, 0, 65], &count.to_be_bytes(), &pool, &[0, 33, 0, 2, 0, 2]].concat();
        out.extend(interfaces.to_be_bytes());
        out.extend((0..interfaces).flat_map(|_| [0, 2]));
        out.extend([0, 0]);
        out.extend(u16::try_from(methods.len()).unwrap().to_be_bytes());
        for (number, (_, flags)) in (6_u16..).zip(methods) {
            out.extend(flags.to_be_bytes());
            out.extend(number.to_be_bytes());
            // One attribute of three bytes.
            out.extend([0, 5, 0, 1, 0, 5, 0, 0, 0, 3, 9, 9, 9]);
        }
        out
    }

    const OBJECT: &str = "java/lang/Object";

    #[test]
    fn methods_are_found() {
        let found = |class: &[u8]| scan(class, "handle");
        assert_eq!(found(&class(OBJECT, 0, &[("<init>", 1), ("handle", 1)])), Scan::NothingAgainst);
        assert_eq!(found(&class(OBJECT, 0, &[("handle", 2), ("handle", 1)])), Scan::NothingAgainst);
        assert_eq!(found(&class(OBJECT, 0, &[("handle", 2)])), Scan::NotPublic);
        let absent = Scan::Absent { instead: vec!["run".to_owned()] };
        assert_eq!(found(&class(OBJECT, 0, &[("<init>", 1), ("run", 1), ("private", 2)])), absent);
    }

    #[test]
    fn what_may_be_inherited_is_a_doubt() {
        assert_eq!(scan(&class("example/Base", 0, &[("run", 1)]), "handle"), Scan::NothingAgainst);
        assert_eq!(scan(&class(OBJECT, 1, &[("run", 1)]), "handle"), Scan::NothingAgainst);
    }

    #[test]
    fn what_is_no_class_is_a_doubt() {
        let whole = class(OBJECT, 0, &[("run", 1)]);
        for length in 0..whole.len() {
            assert_eq!(scan(&whole[..length], "handle"), Scan::NothingAgainst, "{length}");
        }
        assert_eq!(scan(b"class Handler {}", "handle"), Scan::NothingAgainst);
    }
}
